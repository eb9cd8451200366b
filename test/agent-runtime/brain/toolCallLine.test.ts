import { FactoryError, type ToolCall } from '@agent-factory/contract';
import { ToolBox } from '../../../agent-runtime/src/brain/toolBox';
import { toolCallLine } from '../../../agent-runtime/src/brain/toolCallLine';
import type { ToolCallOutcome } from '../../../agent-runtime/src/tools/session';
import { ManualClock } from '../worker/manualClock';

const call = (rest: Partial<ToolCall>): ToolCall => ({
  step: 'sum',
  tool: 'shell',
  input: '{"script":"hunter22"}',
  started_at: '2030-01-01T00:00:00.000Z',
  duration_ms: 12.4,
  outcome: 'ok',
  ...rest,
});

test.each([
  [call({}), {}, 'tool shell (step sum): ok, 12 ms'],
  [call({ duration_ms: 0.2 }), {}, 'tool shell (step sum): ok, 1 ms'],
  [call({ duration_ms: 61_250 }), { exitCode: 2 }, 'tool shell (step sum): ok, exit code 2, 61.3 s'],
  [
    call({ outcome: 'refused', message: 'hunter22' }),
    { code: 'TOOL_REFUSED' as const },
    'tool shell (step sum): refused, TOOL_REFUSED, 12 ms',
  ],
])('%j is told without its input and message', (made, detail, line) => {
  expect(toolCallLine(made, detail)).toBe(line);
});

describe('a tool box', () => {
  const outcomes: Record<string, ToolCallOutcome> = {
    fine: { outcome: 'ok', output: { exit_code: 0, timed_out: false } },
    late: { outcome: 'ok', output: { exit_code: null, timed_out: true } },
    wrong: { outcome: 'error', code: 'TOOL_FAILED', message: 'hunter22' },
  };
  function box(abort = new AbortController()): { lines: string[]; tools: ToolBox } {
    const lines: string[] = [];
    const clock = new ManualClock();
    const tools = new ToolBox({
      session: {
        tools: async () => ({ tools: [], faults: [] }),
        call: async ({ input, signal }) => {
          const { script } = input as { script: string }; // what the tests give
          if (script === 'stop') abort.abort(new FactoryError('TASK_TIMEOUT', 'over'));
          return signal?.aborted === true ? outcomes['wrong'] : outcomes[script];
        },
      } as ConstructorParameters<typeof ToolBox>[0]['session'], // every script of the tests has an outcome
      type: { name: 'python', tools: ['shell'] },
      maxCalls: 10,
      clock,
      signal: abort.signal,
      onOutput: () => undefined,
      onCall: (line) => lines.push(line),
    });
    return { lines, tools };
  }

  test('tells of each call once it has ended, however it ended', async () => {
    const { lines, tools } = box();
    await tools.call('a', 'shell', { script: 'fine' });
    await tools.call('b', 'shell', { script: 'late' });
    await expect(tools.call('c', 'shell', { script: 'wrong' })).rejects.toThrow('hunter22');
    await expect(tools.call('d', 'http_fetch', {})).rejects.toThrow('TOOL_UNKNOWN');
    await expect(tools.call('e', 'shell', { nonsense: 'hunter22' })).rejects.toThrow('INVALID_ARGUMENT');
    expect(lines).toEqual([
      'tool shell (step a): ok, 1 ms',
      'tool shell (step b): timeout, 1 ms',
      'tool shell (step c): error, TOOL_FAILED, 1 ms',
      'tool http_fetch (step d): refused, TOOL_UNKNOWN, 1 ms',
      'tool shell (step e): error, INVALID_ARGUMENT, 1 ms',
    ]);
  });

  test('a call that the end of the attempt broke off is cancelled', async () => {
    const { lines, tools } = box();
    await expect(tools.call('a', 'shell', { script: 'stop' })).rejects.toThrow('TASK_TIMEOUT');
    expect(lines).toEqual(['tool shell (step a): cancelled, 1 ms']);
  });
});
