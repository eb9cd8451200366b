import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';
import { startToolSession } from '../../../agent-runtime/src/tools/startSession';
import { Harness, output, processesWith, sh } from './harness';

const harness = new Harness();
afterAll(() => harness.end());

const kinds = ['bubblewrap', 'none'] as const;
const confinementOf = async (kind: (typeof kinds)[number]) =>
  kind === 'none' ? ({ kind } as const) : harness.confinement();

async function waitUntilGone(word: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) if ((await processesWith(word)).length === 0) return;
  throw new Error(`a process with ${word} still runs`);
}

describe.each(kinds)('with confinement %s', (kind) => {
  test('calls run side by side and each gets its own answer', async () => {
    const { session } = await harness.session({ confinement: await confinementOf(kind) });
    // Two programs that wait for each other end only if both run at once.
    const meet = (mine: string, other: string): Promise<string> =>
      sh(session, `echo x > ${mine}; until [ -f ${other} ]; do sleep 0.01; done; echo ${mine}`);
    expect(await Promise.all([meet('a', 'b'), meet('b', 'a')])).toEqual(['a\n', 'b\n']);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        session.call({ tool: 'write_file', input: { path: `f${index}`, content: String(index) } }),
      ),
    );
    expect(answers.map((answer) => output(answer).path)).toEqual(Array.from({ length: 40 }, (_, index) => `f${index}`));
    await session.stop();
  });

  test('a crash of the tools process is an error of the call, and the next call has a new process', async () => {
    const { session, workspace } = await harness.session({ confinement: await confinementOf(kind) });
    const crashed = await session.call({ tool: 'shell', input: { script: 'kill -9 $PPID; sleep 1000' } });
    expect(crashed).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    expect(crashed.outcome === 'ok' ? '' : crashed.message).toMatch(/tools process ended/);
    expect(await sh(session, 'echo again > again; cat again')).toBe('again\n');
    expect(await readFile(join(workspace, 'again'), 'utf8')).toBe('again\n');
    await session.stop();
  });

  test('one that crashes every time is given up', async () => {
    const { session } = await harness.session({ confinement: await confinementOf(kind) });
    for (let round = 0; round < 6; round += 1)
      await session.call({ tool: 'shell', input: { script: 'kill -9 $PPID; sleep 1000' } });
    expect(await session.call({ tool: 'shell', input: { argv: ['true'] } })).toEqual({
      outcome: 'error',
      code: 'TOOL_FAILED',
      message: 'the tools process ended 6 times',
    });
    await session.stop();
  });

  test('stop ends calls in flight, leaves neither process nor folder, and can be called twice', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith(`af-${process.pid}-`));
    const { session } = await harness.session({ confinement: await confinementOf(kind) });
    const seconds = `2000${process.pid}${kind.length}`;
    let running: (() => void) | undefined;
    const started = new Promise<void>((resolve) => (running = resolve));
    const call = session.call({
      tool: 'shell',
      input: { script: `setsid sleep ${seconds} & echo up; sleep ${seconds}` },
      onOutput: () => running?.(),
    });
    await started;
    await Promise.all([session.stop(), session.stop()]);
    expect(await call).toMatchObject({ outcome: 'cancelled', code: 'TASK_CANCELLED' });
    await waitUntilGone(seconds);
    expect(await session.call({ tool: 'shell', input: { argv: ['true'] } })).toMatchObject({ outcome: 'cancelled' });
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith(`af-${process.pid}-`));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  test('the signal of the session stops it', async () => {
    const cancel = new AbortController();
    const session = await startToolSession({
      workspace: await harness.folder(),
      confinement: await confinementOf(kind),
      egress: [],
      mcpServers: {},
      entry: { node: process.execPath, script: await harness.script() },
      signal: cancel.signal,
      onLog: () => undefined,
    });
    const call = session.call({
      tool: 'shell',
      input: { script: 'echo up; sleep 1000' },
      onOutput: () => cancel.abort(),
    });
    expect(await call).toMatchObject({ outcome: 'cancelled' });
    await session.stop();
  });
});

describe('what cannot work', () => {
  test('a tools process that does not start is named with its last words', async () => {
    const start = async (script: string, node = process.execPath): Promise<ToolSession> =>
      startToolSession({
        workspace: await harness.folder(),
        confinement: await harness.confinement(),
        egress: [],
        mcpServers: {},
        entry: { node, script },
        signal: new AbortController().signal,
        onLog: () => undefined,
      });
    await expect(start('/no/such/tools.cjs')).rejects.toThrow(/ENOENT/);
    const broken = join(await harness.folder(), 'broken.cjs');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(broken, 'throw new Error("out of order")');
    await expect(start(broken)).rejects.toThrow(/TOOL_FAILED.*out of order/s);
  });

  test('an unknown tool, a bad input and a cancelled call are told apart', async () => {
    const { session } = await harness.session();
    expect(await session.call({ tool: 'dance', input: {} })).toMatchObject({ outcome: 'error', code: 'TOOL_UNKNOWN' });
    expect(await session.call({ tool: 'mcp/none/x', input: {} })).toMatchObject({
      outcome: 'error',
      code: 'TOOL_UNKNOWN',
    });
    const bad = await session.call({ tool: 'read_file', input: { path: 'a', limit: -1, wide: true } });
    expect(bad).toMatchObject({ outcome: 'error', code: 'INVALID_ARGUMENT' });
    expect(bad.outcome === 'ok' ? '' : bad.message).toMatch(/limit.*wide: is not a known field/);
    expect(await session.call({ tool: 'read_file', input: { path: 'a' }, signal: AbortSignal.abort() })).toMatchObject({
      outcome: 'cancelled',
    });
    await session.stop();
  });

  test('a frame past the bound is an error of its call only', async () => {
    const { session } = await harness.session();
    const huge = await session.call({ tool: 'write_file', input: { path: 'a', content: 'x'.repeat(17_000_000) } });
    expect(huge).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    expect(await sh(session, 'echo alive')).toBe('alive\n');
    await session.stop();
  });
});

test('every tool is listed with a schema that a model can read', async () => {
  const { session } = await harness.session();
  const { tools, faults } = await session.tools();
  expect(faults).toEqual([]);
  expect(tools.map(({ name }) => name)).toEqual([
    'shell',
    'read_file',
    'write_file',
    'list_files',
    'search',
    'apply_patch',
    'git',
    'http_fetch',
    'inspect',
  ]);
  for (const { inputSchema, description } of tools) {
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(description.length).toBeGreaterThan(20);
  }
  await session.stop();
});
