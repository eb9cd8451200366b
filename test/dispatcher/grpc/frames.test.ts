import { dispatcherFrameCodec, FactoryError, taskSpecSchema, type Assignment } from '@agent-factory/contract';
import { status } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { toCallStatus } from '../../../dispatcher/src/grpc/status';
import { withinLimit } from '../../../dispatcher/src/grpc/worker/results';
import { encodeFrame } from '../../../dispatcher/src/grpc/worker/stream';
import { smallPlan } from './harness';
import { ghost, success } from './testAgent';

function assignment(index: number, promptLength: number): Assignment {
  const brain = { kind: 'model' as const, prompt: 'p'.repeat(promptLength + 1) };
  const spec = taskSpecSchema.parse({ type: 'python', brain: index % 2 === 0 ? brain : smallPlan });
  return { ...ghost('python'), epoch: index + 1, attempt: 1, crew: 'c', timeout_ms: 1, lease_ms: 1, spec };
}

test('assignments that would not fit into one frame come in several: all of them, in order, each within the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { minLength: 1, maxLength: 30 }), (lengths) => {
      const tasks = lengths.map((length, index) => assignment(index, length));
      const frames = encodeFrame({ kind: 'assignments', tasks }, 4_000);
      const decoded = frames.flatMap((bytes) => {
        const frame = dispatcherFrameCodec.decode(bytes);
        return frame.kind === 'assignments' ? frame.tasks : [];
      });
      expect(decoded.map(({ epoch }) => epoch)).toEqual(tasks.map(({ epoch }) => epoch));
      expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(4_000);
    }),
  );
});

test('a result within the limit stays as it is, one past it becomes a failure that keeps its usage', () => {
  const reported = { ...ghost('python'), result: { ...success, output: 'x'.repeat(100) } };
  expect(withinLimit(reported, 1_000)).toBe(reported);
  expect(withinLimit(reported, 100)).toEqual({
    ...ghost('python'),
    result: {
      outcome: 'failed',
      error: { code: 'RESULT_TOO_LARGE', message: expect.stringContaining('of 100'), retryable: false },
      usage: success.usage,
      tool_calls: [],
    },
  });
});

describe('errors as statuses', () => {
  test('carry the code, the wait and every fault', () => {
    const error = new FactoryError('QUEUE_FULL', 'python is full', {
      retryAfterSeconds: 1.2,
      faults: [{ path: 'a.b', message: 'is bad' }],
    });
    const { code, details, metadata } = toCallStatus(error);
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
    expect(details).toBe('python is full; a.b: is bad');
    expect(metadata.getMap()).toEqual({ 'factory-code': 'QUEUE_FULL', 'retry-after': '2' });
  });

  test('of what nobody foresaw say nothing of it', () => {
    const { code, details } = toCallStatus(new Error('password=hunter2'));
    expect(code).toBe(status.INTERNAL);
    expect(details).not.toContain('hunter2');
  });

  test('can always be sent, whatever text they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }), (text) => {
        const { details } = toCallStatus(new FactoryError('NOT_FOUND', text.repeat(50)));
        expect(encodeURI(details).length).toBeLessThan(10_000);
      }),
    );
  });
});
