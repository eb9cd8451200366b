import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentType, FactoryError, noUsage, type Json, type TaskResult, type Usage } from '@agent-factory/contract';
import type { Brain } from '../../../agent-runtime/src/brain/brain';
import { createLog } from '../../../agent-runtime/src/log';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';
import { attemptRunner } from '../../../agent-runtime/src/worker/attempt';
import { AgentFolder } from '../../../agent-runtime/src/workspace/agentFolder';
import { ArtifactCache } from '../../../agent-runtime/src/workspace/artifactCache';
import { assignment, lease } from './harness';
import { ManualClock } from './manualClock';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'attempt-'));
});
afterEach(async () => {
  const left = await readdir(join(root, 'python-1'));
  await rm(root, { recursive: true });
  expect(left).toEqual(['.factory-agent']);
});

interface Given {
  /** What was reported; resolves at the end of the attempt. */
  over: Promise<void>;
  results: (TaskResult | undefined)[];
  clock: ManualClock;
  abort: AbortController;
  stops: () => number;
  folder: AgentFolder;
  /** What it tells of its use. */
  used: () => Usage;
}

async function attempt(
  brain: Brain,
  startTools: () => Promise<void> = async () => undefined,
  outcome: Awaited<ReturnType<ToolSession['call']>> = { outcome: 'ok', output: null },
): Promise<Given> {
  const clock = new ManualClock();
  const abort = new AbortController();
  const folder = new AgentFolder(root, 'python-1', false);
  await folder.prepare();
  let stops = 0;
  const session: ToolSession = {
    tools: async () => ({ tools: [], faults: [] }),
    call: async () => outcome,
    unpack: async () => outcome,
    stop: async () => void (stops += 1),
  };
  const results: (TaskResult | undefined)[] = [];
  let spent = (): Usage => noUsage;
  const run = attemptRunner({
    type: { ...agentType('python'), name: 'python' },
    clock,
    log: createLog({ level: 'silent', agentId: 'python-1', type: 'python' }),
    folder,
    cache: new ArtifactCache(root, () => Promise.reject(new FactoryError('ARTIFACT_NOT_FOUND', 'none')), clock),
    model: { url: 'http://127.0.0.1:9', token: () => '' },
    startTools: async () => {
      await startTools();
      return session;
    },
    brainFor: () => brain,
  });
  const over = run(assignment(lease(1)), abort.signal, {
    log: () => undefined,
    progress: () => undefined,
    metered: (used) => (spent = used),
    finished: (result) => results.push(result),
  });
  return { over, results, clock, abort, stops: () => stops, folder, used: () => spent() };
}

const answers = (output: Json): Brain => ({ run: async () => ({ output }) });

/** Works until it is told to stop, or not even then. */
async function working(stubborn = false): Promise<Given> {
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const given = await attempt({
    run: ({ signal }) =>
      new Promise((_, reject) => {
        if (!stubborn) signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
        begun();
      }),
  });
  await beginning;
  return given;
}

it('reports what the brain answers, and leaves neither tools nor workspace', async () => {
  const { over, results, stops, clock } = await attempt(answers({ fine: true }));
  await over;
  expect(results).toMatchObject([{ outcome: 'succeeded', output: { fine: true }, usage: { tool_calls: 0 } }]);
  expect(stops()).toBe(1);
  expect(clock.pending).toBe(0);
});

it('tells while it works what it has used, the call that is being made included', async () => {
  const seen: Usage[] = [];
  const given: Given = await attempt({
    run: async ({ tools, addUsage, signal }) => {
      seen.push(given.used());
      addUsage({ model_calls: 1, input_tokens: 10 });
      await tools.call('a', 'shell', { argv: ['true'] });
      seen.push(given.used());
      signal.throwIfAborted();
      return { output: null };
    },
  });
  await given.over;
  expect(seen).toEqual([noUsage, { ...noUsage, model_calls: 1, input_tokens: 10, tool_calls: 1 }]);
});

it('records usage and calls of work that failed, too', async () => {
  const { over, results } = await attempt({
    run: async ({ tools, addUsage }) => {
      addUsage({ model_calls: 1, input_tokens: 10, cost_usd: 0.5 });
      await tools.call('a', 'shell', { argv: ['true'] });
      throw new FactoryError('TOOL_FAILED', 'broken');
    },
  });
  await over;
  expect(results).toMatchObject([
    {
      outcome: 'failed',
      error: { code: 'TOOL_FAILED', message: 'broken', retryable: false },
      usage: { model_calls: 1, input_tokens: 10, cost_usd: 0.5, tool_calls: 1 },
      tool_calls: [{ step: 'a', outcome: 'ok' }],
    },
  ]);
});

it('ends at the timeout of the task, which is tried again', async () => {
  const { over, results, clock } = await working();
  clock.advance(60_000);
  await over;
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'TASK_TIMEOUT', retryable: true } }]);
});

it('does not wait longer than two seconds for work that will not stop', async () => {
  const { over, results, clock, abort } = await working(true);
  abort.abort(new FactoryError('TASK_CANCELLED', 'asked'));
  clock.advance(1_999);
  expect(results).toEqual([]);
  clock.advance(1);
  await over;
  expect(results).toMatchObject([{ outcome: 'cancelled', error: { code: 'TASK_CANCELLED', message: 'asked' } }]);
});

it.each(['LEASE_EXPIRED', 'SHUTTING_DOWN'] as const)('reports no result when it is stopped for %s', async (code) => {
  const { over, results, abort } = await working();
  abort.abort(new FactoryError(code, 'over'));
  await over;
  expect(results).toEqual([undefined]);
});

it('kills the tools before it hands the task back', async () => {
  const order: string[] = [];
  const { over, results, abort, stops } = await working();
  const push = results.push.bind(results);
  results.push = (...items) => {
    order.push(`stopped ${stops()} times`);
    return push(...items);
  };
  abort.abort(new FactoryError('SHUTTING_DOWN', 'over'));
  await over;
  expect(order).toEqual(['stopped 1 times']);
});

it('fails a result that is too large, and says by how much', async () => {
  const { over, results } = await attempt(answers('x'.repeat(1_048_577)));
  await over;
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'RESULT_TOO_LARGE', retryable: false } }]);
  expect(results[0]?.error?.message).toMatch(/\d{7} bytes, more than 1048576/);
});

it('reports tools that do not start as they say', async () => {
  const { over, results } = await attempt(answers(1), () =>
    Promise.reject(new FactoryError('TOOL_FAILED', 'no bwrap')),
  );
  await over;
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'TOOL_FAILED', message: 'no bwrap' } }]);
});

it('takes an error of its own for one that passes', async () => {
  const { over, results } = await attempt({ run: () => Promise.reject(new TypeError('undefined is not a function')) });
  await over;
  expect(results).toMatchObject([{ outcome: 'failed', error: { code: 'INTERNAL', retryable: true } }]);
});
