import type { TaskSpecInput } from '@agent-factory/contract';

const plan: TaskSpecInput = {
  type: 'python',
  brain: {
    kind: 'plan',
    steps: [
      { id: 'write', tool: 'write_file', input: { path: 'sum.py', content: 'print(1 + 2)\n' } },
      { id: 'run', tool: 'shell', input: { argv: ['python3', 'sum.py'] } },
    ],
  },
};

const model: TaskSpecInput = {
  task_type: 'research',
  priority: 'P1',
  labels: { team: 'platform' },
  brain: { kind: 'model', prompt: 'What changed in the last release, and what does it break?' },
  limits: { max_tokens: 200_000, max_cost_usd: 1 },
};

/** Bodies of POST /v1/tasks; a test submits each. */
export const taskExamples = { plan, model } as const;

/** Bodies of POST /v1/tasks/batch. */
export const batchExamples = { two: { tasks: [{ ...plan, idempotency_key: 'sum-1' }, model] } } as const;
