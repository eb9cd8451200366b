import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { encodeFrame } from '../../../agent-runtime/src/tools/framing';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';
import { awaitTools } from '../../../agent-runtime/src/tools/client/awaitTools';
import { removeShared } from '../../../agent-runtime/src/tools/client/removeShared';
import { startToolSession } from '../../../agent-runtime/src/tools/startSession';
import { ManualClock } from '../worker/manualClock';
import { Harness, output, processesWith, sh } from './harness';

/** The tools container: the same program, with a socket on a shared volume, serving one session a workspace. */
const harness = new Harness();
let container: ChildProcess;
let volume: string;
let socketPath: string;
beforeAll(async () => {
  volume = await harness.folder();
  socketPath = join(volume, 'tools.sock');
  await mkdir(join(volume, 'w/one'), { recursive: true });
  await mkdir(join(volume, 'w/two'));
  await mkdir(join(volume, 'scratch'));
  container = spawn(process.execPath, [await harness.script()], {
    env: {
      PATH: process.env.PATH,
      TOOL_SOCKET: socketPath,
      WORKSPACE_ROOT: join(volume, 'w'),
      TOOL_SCRATCH: join(volume, 'scratch'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (container.stdout !== null) await once(container.stdout, 'data');
});
afterAll(async () => {
  container.kill('SIGTERM');
  await once(container, 'exit');
  await harness.end();
});

const open = (workspace: string): Promise<ToolSession> =>
  startToolSession({
    workspace,
    confinement: { kind: 'socket', path: socketPath },
    egress: ['example.com'],
    mcpServers: {},
    entry: { node: '', script: '' },
    signal: new AbortController().signal,
    onLog: () => undefined,
  });

test('sessions of two tasks work in their own folders', async () => {
  const [one, two] = await Promise.all([open(join(volume, 'w/one')), open(join(volume, 'w/two'))]);
  expect(await Promise.all([sh(one, 'pwd'), sh(two, 'pwd')])).toEqual([`${volume}/w/one\n`, `${volume}/w/two\n`]);
  expect(output(await one.call({ tool: 'write_file', input: { path: 'a', content: 'x' } }))).toMatchObject({ size: 1 });
  expect(await two.call({ tool: 'read_file', input: { path: '../one/a' } })).toMatchObject({ outcome: 'refused' });
  await Promise.all([one.stop(), two.stop()]);
});

test('a workspace has one agent at a time, and is free again when that one has gone', async () => {
  const first = await open(join(volume, 'w/one'));
  await expect(open(join(volume, 'w/one'))).rejects.toThrow('TOOL_FAILED');
  await expect(open(volume)).rejects.toThrow('TOOL_FAILED');
  await first.stop();
  const second = await open(join(volume, 'w/one'));
  await second.stop();
});

test('stop waits until what the session started is dead', async () => {
  const session = await open(join(volume, 'w/one'));
  const seconds = `3000${process.pid}`;
  const { promise: up, resolve } = Promise.withResolvers<void>();
  const call = session.call({
    tool: 'shell',
    input: { script: `setsid sleep ${seconds} & echo up; sleep ${seconds}` },
    onOutput: () => resolve(),
  });
  await up;
  await session.stop();
  expect(await call).toMatchObject({ outcome: 'cancelled' });
  expect(await processesWith(seconds)).toEqual([]);
});

test('a peer that speaks another language is shut out and harms no other', async () => {
  const session = await open(join(volume, 'w/two'));
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    encodeFrame({ kind: 'hello' }),
    encodeFrame({ kind: 'dance' }),
    Buffer.from([0, 0, 0, 1, 120]),
  ]) {
    const stranger = connect(socketPath);
    stranger.on('error', () => undefined);
    stranger.write(bytes);
    await once(stranger, 'close');
  }
  expect(await sh(session, 'echo alive')).toBe('alive\n');
  await session.stop();
});

describe('what programs left', () => {
  const remove = (path: string): Promise<void> => removeShared(socketPath, path);

  test('is removed for the agent, whatever rights they took away', async () => {
    const session = await open(join(volume, 'w/one'));
    await sh(session, 'mkdir -p locked/in && touch locked/in/file && chmod 0 locked');
    await session.stop();
    await remove(join(volume, 'w/one/locked'));
    expect(await readdir(join(volume, 'w/one'))).not.toContain('locked');
    await remove(join(volume, 'w/none/at/all'));
  });

  test('is not removed where an agent is at work, nor above, nor outside', async () => {
    const session = await open(join(volume, 'w/two'));
    for (const path of ['w/two', 'w/two/file', 'w', 'scratch', '.'])
      await expect(remove(join(volume, path))).rejects.toThrow(
        /cannot be removed: .*(at work there|not below|only folders)/,
      );
    await session.stop();
    await expect(removeShared(join(volume, 'none.sock'), join(volume, 'w/one'))).rejects.toThrow('cannot be removed');
  });

  test('beside the workspaces is gone once no session is open', async () => {
    const [one, two] = [await open(join(volume, 'w/one')), await open(join(volume, 'w/two'))];
    await writeFile(join(volume, 'scratch', 'left'), '');
    await one.stop();
    expect(await readdir(join(volume, 'scratch'))).toEqual(['left']);
    await two.stop();
    expect(await readdir(join(volume, 'scratch'))).toEqual([]);
  });

  test('belongs to the group, in which the agent is', async () => {
    const session = await open(join(volume, 'w/one'));
    await sh(session, 'mkdir made && touch made/file');
    await session.stop();
    expect((await stat(join(volume, 'w/one/made'))).mode & 0o777).toBe(0o770);
    expect((await stat(socketPath)).mode & 0o777).toBe(0o770);
  });
});

describe('an agent that starts', () => {
  test('waits for its tools', async () => {
    const clock = new ManualClock();
    const late = join(volume, 'late.sock');
    const waiting = awaitTools(late, clock);
    await clock.dueWithin(250);
    const server = createServer().listen(late);
    await once(server, 'listening');
    clock.advance(250);
    await waiting;
    server.close();
  });

  test('says what is wrong when they never come', async () => {
    const clock = new ManualClock();
    const failed = awaitTools(join(volume, 'never.sock'), clock).then(
      () => 'it came',
      (error: unknown) => String(error),
    );
    for (let tries = 0; tries < 120; tries += 1) {
      await clock.dueWithin(250);
      clock.advance(250);
    }
    expect(await failed).toMatch(/does not answer on .*never\.sock \(ENOENT\): .*dev\.gvisor/);
  });
});

test('no container is a clear error', async () => {
  await expect(
    startToolSession({
      workspace: volume,
      confinement: { kind: 'socket', path: join(volume, 'none.sock') },
      egress: [],
      mcpServers: {},
      entry: { node: '', script: '' },
      signal: new AbortController().signal,
      onLog: () => undefined,
    }),
  ).rejects.toThrow('the tools cannot be reached');
});
