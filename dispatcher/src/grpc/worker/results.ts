import { limits, type LeaseRef, type TaskResult } from '@agent-factory/contract';

type Reported = LeaseRef & { result: TaskResult };

/** Frames smaller than this hold no result that is too large, so that they need not be measured: JSON takes at most a few times as much. */
export const measuredFromBytes = limits.resultBytes / 64;

/** A result within its limit: one that is larger fails its task, and says so, since no other attempt would end otherwise. */
export function withinLimit(reported: Reported, maxBytes: number = limits.resultBytes): Reported {
  const bytes = Buffer.byteLength(JSON.stringify(reported.result));
  if (bytes <= maxBytes) return reported;
  const { usage } = reported.result;
  const message = `the result takes ${bytes} bytes of ${maxBytes}`;
  return {
    ...reported,
    result: {
      outcome: 'failed',
      error: { code: 'RESULT_TOO_LARGE', message, retryable: false },
      usage,
      tool_calls: [],
    },
  };
}
