import { FactoryError, type TaskSpecInput } from '@agent-factory/contract';
import { brainFor } from '../../../agent-runtime/src/brain';
import { ToolBox } from '../../../agent-runtime/src/brain/toolBox';
import { ok, run, type Answer, type Run } from './support';

type Steps = Extract<TaskSpecInput['brain'], { kind: 'plan' }>['steps'];

function planned(steps: Steps, answer: Answer, rest: { output?: string | object; max?: number } = {}): Run {
  const output = rest.output === undefined ? {} : { output: rest.output as string };
  const limits = rest.max === undefined ? {} : { limits: { max_tool_calls: rest.max } };
  return run({ type: 'python', brain: { kind: 'plan', steps, ...output }, ...limits }, answer);
}

async function result(given: Run): Promise<unknown> {
  return (await brainFor(given.context.assignment.spec.brain).run(given.context)).output;
}

async function failure(given: Run): Promise<FactoryError> {
  const error: unknown = await result(given).catch((reason: unknown) => reason);
  if (!(error instanceof FactoryError)) throw new Error(`not a FactoryError: ${String(error)}`);
  return error;
}

const program = { exit_code: 0, signal: null, timed_out: false, stdout: 'hello', stderr: '', truncated: false };

it('makes the calls in order and hands outputs on', async () => {
  const given = planned(
    [
      { id: 'say', tool: 'shell', input: { argv: ['echo', 'hello'] } },
      { id: 'keep', tool: 'write_file', input: { path: 'a.txt', content: { $ref: '#/steps/say/output/stdout' } } },
    ],
    ({ tool }) => (tool === 'shell' ? ok(program) : ok({ path: 'a.txt', size: 5 })),
  );
  expect(await result(given)).toEqual({ path: 'a.txt', size: 5 });
  expect(given.requests.map(({ input }) => input)).toMatchObject([
    { argv: ['echo', 'hello'], timeout_ms: 120_000 },
    { path: 'a.txt', content: 'hello', encoding: 'utf8' },
  ]);
  expect(given.progress).toEqual([
    { step: 'say', done: 1, total: 2 },
    { step: 'keep', done: 2, total: 2 },
  ]);
});

it('answers the output of the plan when it gives one', async () => {
  const steps: Steps = [{ id: 'say', tool: 'shell', input: { argv: ['echo'] } }];
  const given = planned(steps, () => ok(program), { output: { said: { $ref: '#/steps/say/output/stdout' } } });
  expect(await result(given)).toEqual({ said: 'hello' });
});

it('fails at the step that fails, and names it', async () => {
  const given = planned(
    [
      { id: 'look', tool: 'read_file', input: { path: 'none' } },
      { id: 'never', tool: 'shell', input: { argv: ['true'] } },
    ],
    () => ({ outcome: 'error', code: 'TOOL_FAILED', message: 'none: no such file' }),
  );
  expect(await failure(given)).toMatchObject({
    code: 'TOOL_FAILED',
    detail: 'step "look" (read_file): none: no such file',
  });
  expect(given.requests).toHaveLength(1);
  expect(given.calls()).toMatchObject([
    { step: 'look', tool: 'read_file', outcome: 'error', message: 'none: no such file' },
  ]);
});

it('goes on after a step that may fail, whose output is the error', async () => {
  const given = planned(
    [
      { id: 'look', tool: 'read_file', input: { path: 'none' }, on_error: 'continue' },
      { id: 'say', tool: 'shell', input: { argv: ['echo', { $ref: '#/steps/look/output/error/code' }] } },
    ],
    ({ tool }) => (tool === 'shell' ? ok(program) : { outcome: 'refused', code: 'TOOL_REFUSED', message: 'no' }),
  );
  await result(given);
  expect(given.requests[1]?.input).toMatchObject({ argv: ['echo', 'TOOL_REFUSED'] });
  expect(given.calls()[0]).toMatchObject({ outcome: 'refused' });
});

it('refuses an input that does not fit the tool, with the path of the fault, before anything runs', async () => {
  const given = planned([{ id: 'say', tool: 'shell', input: { argv: ['a'], timeout_ms: -1, colour: 'red' } }], () =>
    ok(null),
  );
  const error = await failure(given);
  expect(error.code).toBe('INVALID_ARGUMENT');
  expect(error.detail).toMatch(/^step "say" \(shell\): .*timeout_ms/);
  expect(error.detail).toMatch(/colour: is not a known field/);
  expect(given.requests).toEqual([]);
});

it('checks an input after its references are resolved', async () => {
  const given = planned(
    [
      { id: 'say', tool: 'shell', input: { argv: ['echo'] } },
      { id: 'look', tool: 'read_file', input: { path: { $ref: '#/steps/say/output/exit_code' } } },
    ],
    () => ok(program),
  );
  expect(await failure(given)).toMatchObject({ code: 'INVALID_ARGUMENT' });
});

it('refuses a tool that the agent type does not have', async () => {
  const given = planned([{ id: 'a', tool: 'shell', input: { argv: ['true'] } }], () => ok(program));
  const tools = new ToolBox({
    session: { call: async () => ok(program), tools: async () => ({ tools: [], faults: [] }) },
    type: { name: 'reader', tools: ['read_file'] },
    maxCalls: 10,
    clock: given.clock,
    signal: given.abort.signal,
    onOutput: () => undefined,
  });
  const brain = brainFor(given.context.assignment.spec.brain);
  await expect(brain.run({ ...given.context, tools })).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' });
  expect(tools.calls).toMatchObject([{ outcome: 'refused' }]);
});

it('keeps limits.max_tool_calls, also where steps may fail', async () => {
  const steps: Steps = ['a', 'b', 'c'].map((id) => ({
    id,
    tool: 'shell',
    input: { argv: ['true'] },
    on_error: 'continue',
  }));
  const given = planned(steps, () => ok(program), { max: 2 });
  expect(await failure(given)).toMatchObject({
    code: 'TOOL_REFUSED',
    detail: expect.stringContaining('max_tool_calls'),
  });
  expect(given.requests).toHaveLength(2);
});

it('stops when it is told to, and records the call as cancelled', async () => {
  const steps: Steps = ['a', 'b'].map((id) => ({ id, tool: 'shell', input: { argv: ['true'] }, on_error: 'continue' }));
  const given: Run = planned(steps, async () => {
    given.abort.abort(new FactoryError('TASK_CANCELLED', 'asked'));
    return { outcome: 'cancelled', code: 'TASK_CANCELLED', message: 'killed' };
  });
  expect(await failure(given)).toMatchObject({ code: 'TASK_CANCELLED' });
  expect(given.requests).toHaveLength(1);
  expect(given.calls()).toMatchObject([{ outcome: 'cancelled' }]);
});

it('records each call with its input, cut, and how long it took', async () => {
  const given: Run = planned([{ id: 'a', tool: 'shell', input: { argv: ['x'.repeat(5_000)] } }], () => {
    given.clock.advance(1_234);
    return ok({ ...program, timed_out: true });
  });
  await result(given);
  const [call] = given.calls();
  expect(call).toMatchObject({ step: 'a', tool: 'shell', duration_ms: 1_234, outcome: 'timeout' });
  expect(call?.input).toHaveLength(2_000);
});

it('keeps the record of calls within its bounds', async () => {
  const steps: Steps = Array.from({ length: 200 }, (_, n) => ({
    id: `s${n}`,
    tool: 'shell',
    input: { argv: ['x'.repeat(5_000)] },
  }));
  const given = planned(steps, () => ok(program));
  await result(given);
  expect(Buffer.byteLength(JSON.stringify(given.calls()))).toBeLessThan(270_000);
  expect(given.context.tools.made).toBe(200);
});
