import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Harness, output, processesWith, sh } from './harness';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';

const harness = new Harness();
let session: ToolSession;
let workspace: string;
beforeAll(async () => ({ session, workspace } = await harness.session()));
afterAll(() => harness.end());

/** A number that no other process has in its command line. */
let serial = 0;
const uniqueSeconds = (): string => `1000${process.pid}${(serial += 1)}`;

async function expectGone(seconds: string): Promise<void> {
  // The kernel ends a process soon after its signal, not with it.
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) if ((await processesWith(seconds)).length === 0) return;
  throw new Error(`sleep ${seconds} still runs`);
}

test('a program runs in the workspace and a non-zero exit is an answer', async () => {
  const answer = output(await session.call({ tool: 'shell', input: { script: 'pwd; echo oops >&2; exit 3' } }));
  expect(answer).toEqual({
    exit_code: 3,
    signal: null,
    timed_out: false,
    stdout: '/workspace\n',
    stderr: 'oops\n',
    truncated: false,
  });
});

test('arguments are never part of the script', async () => {
  const hostile = ['$(touch pwned)', '`touch pwned`', '; touch pwned', '" && touch pwned "'];
  const printed = await sh(session, 'for word do printf "%s\\n" "$word"; done', { args: hostile });
  expect(printed).toBe(`${hostile.join('\n')}\n`);
  const echoed = output(await session.call({ tool: 'shell', input: { argv: ['echo', '$(touch pwned)'] } }));
  expect(echoed.stdout).toBe('$(touch pwned)\n');
  await expect(readFile(join(workspace, 'pwned'))).rejects.toThrow('ENOENT');
});

test('stdin, variables and folder reach the program; the environment holds nothing else', async () => {
  await sh(session, 'mkdir -p sub');
  const printed = await sh(session, 'cat; pwd; env | cut -d= -f1 | sort | tr "\\n" " "', {
    stdin: 'hello\n',
    env: { COLOUR: 'red' },
    cwd: 'sub',
  });
  expect(printed).toBe('hello\n/workspace/sub\nCOLOUR FACTORY_CALL HOME LANG PATH PWD TMPDIR ');
});

test('a flood of output is cut, said so, and streamed no further than the bound', async () => {
  let streamed = 0;
  const answer = output(
    await session.call({
      tool: 'shell',
      input: { script: 'head -c 30000000 /dev/zero | tr "\\0" x; echo end >&2', max_output_bytes: 10_000 },
      onOutput: (stream, text) => {
        if (stream === 'stdout') streamed += text.length;
      },
    }),
  );
  expect(answer.stdout).toHaveLength(10_000);
  expect(answer).toMatchObject({ truncated: true, exit_code: 0, stderr: 'end\n' });
  expect(streamed).toBe(10_000);
});

test('output is streamed while the program runs', async () => {
  const seen: string[] = [];
  const cancel = new AbortController();
  const outcome = await session.call({
    tool: 'shell',
    input: { script: 'echo ready; exec sleep 1000' },
    signal: cancel.signal,
    onOutput: (_, text) => {
      seen.push(text);
      cancel.abort();
    },
  });
  expect(seen).toEqual(['ready\n']);
  expect(outcome).toMatchObject({ outcome: 'cancelled', code: 'TASK_CANCELLED' });
});

test('a program past its time is killed and the answer says so', async () => {
  const seconds = uniqueSeconds();
  const answer = output(
    await session.call({
      tool: 'shell',
      input: { script: `echo begun; sleep ${seconds} & sleep ${seconds}`, timeout_ms: 300 },
    }),
  );
  expect(answer).toMatchObject({ timed_out: true, signal: 'SIGKILL', exit_code: null, stdout: 'begun\n' });
  await expectGone(seconds);
});

// Each is seen to be where it wants to be before its parent ends: too early, it would die with the parent's group.
const settled = 'until [ -f up ]; do sleep 0.01; done; rm up; echo done';
test.each([
  ['in the background', (s: string) => `sh -c '> up; exec sleep ${s}' & ${settled}`],
  ['disowned with no hang-up', (s: string) => `nohup sh -c '> up; exec sleep ${s}' >/dev/null 2>&1 & ${settled}`],
  ['in a session of its own', (s: string) => `setsid sh -c '> up; exec sleep ${s}' & ${settled}`],
  [
    'in a session of its own, without our mark, holding the pipe',
    (s: string) => `env -i /usr/bin/setsid /bin/sh -c '> up; exec /bin/sleep ${s}' & ${settled}`,
  ],
  ['as a daemon', (s: string) => `(setsid sh -c 'sh -c "> up; exec sleep ${s}" &' &) ; ${settled}`],
])('what a program leaves %s dies with it', async (_, script) => {
  const seconds = uniqueSeconds();
  expect(await sh(session, script(seconds))).toBe('done\n');
  await expectGone(seconds);
});

test('a call that is cancelled takes its grandchildren with it', async () => {
  const seconds = uniqueSeconds();
  const cancel = new AbortController();
  const outcome = await session.call({
    tool: 'shell',
    input: { script: `setsid sleep ${seconds} & sleep ${seconds} & echo up; wait` },
    signal: cancel.signal,
    onOutput: () => cancel.abort(),
  });
  expect(outcome.outcome).toBe('cancelled');
  await expectGone(seconds);
});

test('the time of the call itself is kept too', async () => {
  const outcome = await session.call({ tool: 'shell', input: { script: 'sleep 1000' }, timeoutMs: 200 });
  expect(outcome).toMatchObject({ outcome: 'timeout', code: 'TOOL_FAILED', message: 'no answer in 200 ms' });
});

test('a fork bomb is ended within seconds and the session lives on', async () => {
  const outcome = await session.call({
    tool: 'shell',
    input: { script: 'bomb() { bomb | bomb & }; bomb; sleep 1000', timeout_ms: 20_000 },
  });
  expect(outcome).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  expect(outcome.outcome === 'ok' ? '' : outcome.message).toMatch(/more than 1024 processes/);
  expect(await sh(session, 'echo alive; ps -e | wc -l | tr -d " "')).toMatch(/^alive\n\d\n$/);
});

test('a program that is not there, an empty command and a NUL byte are clear errors', async () => {
  expect(await session.call({ tool: 'shell', input: { argv: ['no-such-program'] } })).toEqual({
    outcome: 'error',
    code: 'TOOL_FAILED',
    message: 'there is no program no-such-program',
  });
  expect(await session.call({ tool: 'shell', input: { argv: ['echo', 'a\0b'] } })).toMatchObject({
    code: 'TOOL_FAILED',
  });
  expect(await session.call({ tool: 'shell', input: {} })).toMatchObject({
    outcome: 'error',
    code: 'INVALID_ARGUMENT',
  });
});

test('a working folder outside is refused', async () => {
  await sh(session, 'ln -sfn / rootlink');
  for (const cwd of ['..', '/etc', 'rootlink/usr', 'sub/../..'])
    expect(await session.call({ tool: 'shell', input: { argv: ['pwd'], cwd } })).toMatchObject({
      outcome: 'refused',
      code: 'TOOL_REFUSED',
    });
});
