import { FactoryError, toolCatalogue, type JsonObject, type TaskSpecInput } from '@agent-factory/contract';
import { z } from 'zod';
import { brainFor } from '../../../agent-runtime/src/brain';
import type { ToolDescription } from '../../../agent-runtime/src/tools/session';
import { toTaskError } from '../../../agent-runtime/src/worker/outcome';
import { breaksOff, calls, refuses, says, ScriptedModel, type ModelAnswer } from './scriptedModel';
import { ok, run, type Answer, type Run } from './support';

let model: ScriptedModel;
afterEach(() => model.stop());

const tools: ToolDescription[] = [
  ...(['shell', 'read_file'] as const).map((name) => ({
    name,
    description: toolCatalogue[name].description,
    inputSchema: z.toJSONSchema(toolCatalogue[name].input, { io: 'input' }) as JsonObject,
  })),
  { name: 'mcp/notes/look.up', description: 'Looks up', inputSchema: { type: 'object', properties: {} } },
];

const program = { exit_code: 0, signal: null, timed_out: false, stdout: 'hello', stderr: '', truncated: false };

async function given(
  script: ModelAnswer[],
  brain: object = {},
  answer: Answer = () => ok(program),
  limits = {},
): Promise<Run> {
  model = await ScriptedModel.start(script);
  const spec = { type: 'python', brain: { kind: 'model', prompt: 'Say hello', ...brain }, limits } as TaskSpecInput;
  return run(spec, answer, { tools, modelUrl: model.url });
}

async function outcome(of: Run): Promise<unknown> {
  return (await brainFor(of.context.assignment.spec.brain).run(of.context)).output;
}

async function failure(of: Run): Promise<FactoryError> {
  const error: unknown = await outcome(of).catch((reason: unknown) => reason);
  if (!(error instanceof FactoryError)) throw new Error(`not a FactoryError: ${String(error)}`);
  return error;
}

it('asks the model of the tier, names the lease that pays, and answers its words', async () => {
  const task = await given([says('Hel', 'lo')]);
  expect(await outcome(task)).toEqual({ text: 'Hello', finish_reason: 'stop', steps: 1 });
  const [request] = model.requests;
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer short-lived',
    'x-task-id': 'python-01h455vb4pex5vsknk084sn02q',
    'x-task-epoch': '3',
  });
  expect(request?.body).toMatchObject({ model: 'tier:standard', stream: true, max_tokens: 8_000 });
  expect(request?.body.messages).toMatchObject([
    { role: 'system', content: expect.stringContaining('You write Python') },
    { role: 'user', content: 'Say hello' },
  ]);
  expect(task.usage).toEqual([{ model_calls: 1, input_tokens: 100, output_tokens: 20, cost_usd: 0.25 }]);
});

it('asks for the model that the task names', async () => {
  await outcome(await given([says('x')], { model: 'big-one', max_output_tokens: 77 }));
  expect(model.requests[0]?.body).toMatchObject({ model: 'big-one', max_tokens: 77 });
});

it('lets the model call tools and shows it what they answer', async () => {
  const task = await given([calls(['shell', { argv: ['echo', 'hello'] }]), says('It said hello')]);
  expect(await outcome(task)).toEqual({ text: 'It said hello', finish_reason: 'stop', steps: 2 });
  expect(task.requests).toMatchObject([{ tool: 'shell', input: { argv: ['echo', 'hello'], timeout_ms: 120_000 } }]);
  expect(model.requests[1]?.body.messages.at(-1)).toMatchObject({
    role: 'tool',
    tool_call_id: 'call_0',
    content: expect.stringContaining('"stdout":"hello"'),
  });
  expect(task.progress.map(({ done }) => done)).toEqual([1, 2]);
  expect(task.calls()).toMatchObject([{ step: 'model_1', tool: 'shell', outcome: 'ok' }]);
});

it('offers the tools of the type and of MCP servers under names that providers take', async () => {
  const task = await given([calls(['mcp__notes__look_up', {}]), says('done')]);
  await outcome(task);
  expect(model.requests[0]?.body.tools?.map((tool) => tool.function.name)).toEqual([
    'shell',
    'read_file',
    'mcp__notes__look_up',
  ]);
  expect(task.requests).toMatchObject([{ tool: 'mcp/notes/look.up' }]);
});

it('runs calls that come together one after the other', async () => {
  let running = 0;
  const task = await given(
    [calls(['shell', { argv: ['a'] }], ['shell', { argv: ['b'] }]), says('done')],
    {},
    async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      return ok(program);
    },
  );
  await outcome(task);
  expect(task.calls()).toHaveLength(2);
});

it('shows the model that a tool failed, and goes on', async () => {
  const task = await given([calls(['read_file', { path: 'none' }]), says('There is none')], {}, () => ({
    outcome: 'error',
    code: 'TOOL_FAILED',
    message: 'none: no such file',
  }));
  expect(await outcome(task)).toMatchObject({ text: 'There is none' });
  expect(JSON.stringify(model.requests[1]?.body.messages.at(-1))).toContain('none: no such file');
});

it('shows the model that its input does not fit the tool', async () => {
  const task = await given([calls(['shell', { argv: 'not a list' }]), says('I see')]);
  expect(await outcome(task)).toMatchObject({ text: 'I see' });
  expect(JSON.stringify(model.requests[1]?.body.messages.at(-1))).toContain('argv');
  expect(task.requests).toEqual([]);
});

it('shows only as much of a long answer as a model can take', async () => {
  const task = await given([calls(['shell', { argv: ['a'] }]), says('long')], {}, () =>
    ok({ ...program, stdout: 'x'.repeat(400_000) }),
  );
  await outcome(task);
  expect(JSON.stringify(model.requests[1]?.body.messages.at(-1)).length).toBeLessThan(60_000);
});

it('wants an answer in the last step that the task allows', async () => {
  const task = await given([calls(['shell', { argv: ['a'] }]), says('That is all')], { max_steps: 2 });
  expect(await outcome(task)).toMatchObject({ text: 'That is all', steps: 2 });
  expect(model.requests.map(({ body }) => body.tool_choice)).toEqual(['auto', 'none']);
});

it('wants an answer once limits.max_tool_calls is spent', async () => {
  const task = await given(
    [calls(['shell', { argv: ['a'] }], ['shell', { argv: ['b'] }]), says('Enough')],
    {},
    () => ok(program),
    { max_tool_calls: 1 },
  );
  expect(await outcome(task)).toMatchObject({ text: 'Enough' });
  expect(task.requests).toHaveLength(1);
  expect(model.requests[1]?.body.tool_choice).toBe('none');
});

it('waits as long as a 429 asks, then goes on as if nothing had been', async () => {
  const task = await given([refuses(429, 'MODEL_RATE_LIMITED', { 'retry-after': '7' }), says('at last')]);
  const answer = outcome(task);
  await task.clock.dueWithin(7_000);
  task.clock.advance(6_999);
  expect(model.requests).toHaveLength(1);
  task.clock.advance(1);
  expect(await answer).toMatchObject({ text: 'at last' });
  expect(task.logged[0]).toContain('7 s');
});

it('ends a wait when the task ends', async () => {
  const task = await given([refuses(429, 'MODEL_RATE_LIMITED', { 'retry-after': '900' })]);
  const failed = failure(task);
  await task.clock.dueWithin(900_000);
  task.abort.abort(new FactoryError('TASK_TIMEOUT', 'over'));
  expect(await failed).toMatchObject({ code: 'TASK_TIMEOUT' });
  expect(task.clock.pending).toBe(0);
});

it('fails with BUDGET_SPENT when the gateway answers 402', async () => {
  const task = await given([refuses(402, 'BUDGET_SPENT')]);
  expect(await failure(task)).toMatchObject({ code: 'BUDGET_SPENT', detail: expect.stringContaining('told') });
  expect(model.requests).toHaveLength(1);
});

it('makes a call again that failed for a passing reason, four times at most', async () => {
  const task = await given(Array.from({ length: 4 }, () => refuses(503, 'STORE_UNAVAILABLE')));
  const failed = failure(task);
  for (const ms of [500, 1_000, 2_000]) {
    await task.clock.dueWithin(ms);
    task.clock.advance(ms);
  }
  expect(await failed).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(model.requests).toHaveLength(4);
});

it.each([
  [404, 'MODEL_NOT_CONFIGURED'],
  [409, 'LEASE_EXPIRED'],
  [422, 'INVALID_ARGUMENT'],
])('takes a %d for what the gateway says: %s', async (status, code) => {
  expect(await failure(await given([refuses(status, code)]))).toMatchObject({ code });
  expect(model.requests).toHaveLength(1);
});

it.each([
  ['tells why', { code: 'MODEL_FAILED' }, 'told: MODEL_FAILED'],
  ['just ends', 'ends', 'broke off: '],
  ['loses its connection', 'connection', 'broke off: '],
] as const)(
  'does not take half an answer that %s for a whole one, and another attempt may try',
  async (_how, how, why) => {
    const error = await failure(await given([breaksOff(how), says('of another attempt')]));
    expect(toTaskError(error)).toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining(why),
      retryable: true,
    });
    expect(model.requests).toHaveLength(1);
  },
);

it('says as the gateway does why an answer broke off', async () => {
  const error = await failure(await given([breaksOff({ code: 'MODEL_TIMEOUT' })]));
  expect(error).toMatchObject({ code: 'MODEL_TIMEOUT', detail: 'told: MODEL_TIMEOUT' });
});

it('gives Gemini its signatures back with the calls that they came with', async () => {
  const script = [calls(['shell', { argv: ['a'] }, 'sig-a'], ['shell', { argv: ['b'] }]), says('done')];
  await outcome(await given(script));
  expect(model.requests[1]?.body.messages.at(-3)).toMatchObject({
    role: 'assistant',
    tool_calls: [
      { id: 'call_0', extra_content: { google: { thought_signature: 'sig-a' } } },
      { id: 'call_1', function: { name: 'shell' } },
    ],
  });
});

it('says that the gateway cannot be reached', async () => {
  const task = await given([]);
  await model.stop();
  const failed = failure(task);
  for (const ms of [500, 1_000, 2_000]) {
    await task.clock.dueWithin(ms);
    task.clock.advance(ms);
  }
  expect(await failed).toMatchObject({ code: 'MODEL_FAILED', detail: expect.stringContaining('ECONNREFUSED') });
});

it('takes up a new token between two calls', async () => {
  const tokens = ['first', 'second'];
  model = await ScriptedModel.start([calls(['shell', { argv: ['a'] }]), says('done')]);
  const spec: TaskSpecInput = { type: 'python', brain: { kind: 'model', prompt: 'x' } };
  const task = run(spec, () => ok(program), { tools, modelUrl: model.url, token: () => tokens.shift() ?? '' });
  await outcome(task);
  expect(model.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
});
