import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskSpecInput } from '@agent-factory/contract';
import { breaksOff, calls, says, ScriptedModel } from './brain/scriptedModel';
import { Factory } from './factory';

let factory: Factory;
let model: ScriptedModel;

beforeAll(async () => {
  model = await ScriptedModel.start([
    calls(['shell', { argv: ['echo', 'from the model'] }]),
    says('It works'),
    breaksOff('connection'),
    says('It works again'),
  ]);
  factory = await Factory.start({
    models: {
      providers: { scripted: { kind: 'openai-compatible', base_url: model.url } },
      models: {
        small: { provider: 'scripted', model: 'm', tiers: ['standard'], prices: { input: 1_000, output: 1_000 } },
      },
    },
  });
  await factory.agent('python-1', 'python');
}, 60_000);

afterAll(async () => {
  await factory.stop();
  await model.stop();
});

function script(text: string, rest: Partial<TaskSpecInput> = {}): TaskSpecInput {
  return {
    type: 'python',
    brain: { kind: 'plan', steps: [{ id: 'run', tool: 'shell', input: { script: text } }] },
    ...rest,
  };
}

it('works a plan over an artifact, from HTTP to the result', async () => {
  const bytes = 'three\nshort\nlines\n';
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const headers = { 'content-type': 'application/octet-stream' };
  expect((await factory.fetch(`/v1/artifacts/${digest}`, { method: 'PUT', headers, body: bytes })).ok).toBe(true);
  const { id } = await factory.submit({
    type: 'python',
    inputs: [{ artifact: digest, path: 'data/lines.txt' }],
    brain: {
      kind: 'plan',
      steps: [
        { id: 'look', tool: 'read_file', input: { path: 'data/lines.txt' } },
        {
          id: 'count',
          tool: 'shell',
          input: { script: 'printf %s "$1" | wc -l', args: [{ $ref: '#/steps/look/output/content' }] },
        },
      ],
      output: { lines: { $ref: '#/steps/count/output/stdout' } },
    },
  });
  const { task, events } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'succeeded', attempt: 1, agent_id: 'python-1', usage: { tool_calls: 2 } });
  expect(task.result?.output).toEqual({ lines: expect.stringMatching(/^ *3\n$/) });
  expect(task.result?.tool_calls.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['look', 'ok'],
    ['count', 'ok'],
  ]);
  expect(events.filter(({ kind }) => kind === 'succeeded')).toHaveLength(1);
});

it('keeps no workspace of a task that is over', async () => {
  const { id } = await factory.submit(script('echo begun'));
  await factory.eventsUntil(id, ({ kind }) => kind === 'log');
  // The agent has one slot, which is free only when the workspace of the task before is gone.
  const entries = await readdir(join(factory.workspaces, 'python-1'));
  expect(entries.filter((entry) => !entry.startsWith(id))).toEqual(['.factory-agent']);
  await factory.ended(id);
});

it('asks a model through the gateway, which counts what it costs', async () => {
  const { id } = await factory.submit({ type: 'python', brain: { kind: 'model', prompt: 'Say something' } });
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({
    state: 'succeeded',
    result: { output: { text: 'It works', finish_reason: 'stop', steps: 2 } },
  });
  expect(task.usage).toMatchObject({ model_calls: 2, input_tokens: 200, output_tokens: 40, tool_calls: 1 });
  expect(task.usage.cost_usd).toBeCloseTo(0.24, 6);
});

it('tries a task again whose model breaks off in the middle of its answer', async () => {
  const { id } = await factory.submit({ type: 'python', brain: { kind: 'model', prompt: 'Say something' } });
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'succeeded', attempt: 2, result: { output: { text: 'It works again' } } });
  expect(task.attempts.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
    ['failed', 'MODEL_FAILED'],
    ['succeeded', undefined],
  ]);
});

it('fails a task whose step fails, once, with what the tool said', async () => {
  const { id } = await factory.submit({
    type: 'python',
    brain: { kind: 'plan', steps: [{ id: 'look', tool: 'read_file', input: { path: 'none' } }] },
  });
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'failed', attempt: 1 });
  expect(task.result?.error?.message).toMatch(/^step "look" \(read_file\): /);
});

it('ends an attempt at its timeout', async () => {
  const { id } = await factory.submit(script('sleep 60', { timeout_ms: 1_000, max_attempts: 1 }));
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'failed', result: { error: { code: 'TASK_TIMEOUT' } } });
});

it('stops a task in the middle when it is cancelled, and its programs', async () => {
  const { id } = await factory.submit(script('echo begun; sleep 600'));
  await factory.eventsUntil(id, ({ kind, message }) => kind === 'log' && message === 'begun');
  expect((await factory.fetch(`/v1/tasks/${id}/cancel`, { method: 'POST' })).ok).toBe(true);
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'cancelled', result: { outcome: 'cancelled' } });
});

it('does a task again elsewhere when its agent is killed in the middle, and records one result', async () => {
  const second = await factory.agent('python-2', 'python');
  const both = await Promise.all([1, 2].map(() => factory.submit(script('echo begun; sleep 2; echo done'))));
  await Promise.all(both.map(({ id }) => factory.eventsUntil(id, ({ kind }) => kind === 'log')));
  const held = await Promise.all(both.map(({ id }) => factory.task(id)));
  const victim = held.find(({ agent_id }) => agent_id === 'python-2');
  second.child.kill('SIGKILL');
  await second.exited;
  const { task, events } = await factory.ended(victim?.id ?? '');
  expect(task).toMatchObject({ state: 'succeeded', attempt: 2, agent_id: 'python-1' });
  expect(task.attempts.map(({ outcome, agent_id }) => [outcome, agent_id])).toEqual([
    ['lost', 'python-2'],
    ['succeeded', 'python-1'],
  ]);
  expect(events.filter(({ kind }) => kind === 'succeeded')).toHaveLength(1);
  const other = await factory.ended(both.find(({ id }) => id !== victim?.id)?.id ?? '');
  expect(other.task).toMatchObject({ state: 'succeeded', attempt: 1 });
}, 60_000);

it('goes on with its work while the dispatcher is restarted', async () => {
  const { id } = await factory.submit(script('echo begun; sleep 2; echo done'));
  await factory.eventsUntil(id, ({ kind }) => kind === 'log');
  await factory.restartDispatcher();
  const { task } = await factory.ended(id);
  expect(task).toMatchObject({ state: 'succeeded', attempt: 1, failures: 0 });
  expect(task.result?.output).toMatchObject({ stdout: 'begun\ndone\n' });
});

it('leaves nothing behind when it is told to go', async () => {
  const agent = await factory.agent('python-3', 'python');
  agent.child.kill('SIGTERM');
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(await readdir(factory.workspaces)).not.toContain('python-3');
  expect(agent.output()).not.toContain('agent-token');
});

it('goes when its supervisor is gone', async () => {
  const agent = await factory.agent('python-4', 'python');
  agent.child.disconnect();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
});

it('says every fault of its configuration, and exits with 2', async () => {
  await expect(factory.agent('Python 5', 'cobol')).rejects.toThrow(/"code":2[^]*AGENT_ID[^]*AGENT_TYPE/);
});
