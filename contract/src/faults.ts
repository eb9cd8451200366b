import type { z } from 'zod';
import { FactoryError, type ErrorCode, type Fault } from './errors';

/** `brain.steps[2].tool`: the path style of every fault; `(root)` for the value itself. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(root)';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

const mostFaults = 50;

/** Every fault that zod found, each with its path; unknown keys are named one by one. At most 50. */
export function toFaults(error: z.ZodError, prefix: readonly PropertyKey[] = []): Fault[] {
  const faults = error.issues.slice(0, mostFaults).flatMap((issue): Fault[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const keys = issue.keys.slice(0, mostFaults);
      return keys.map((key) => ({ path: formatPath([...path, key]), message: 'is not a known field' }));
    }
    return [{ path: formatPath(path), message: issue.message }];
  });
  return faults.slice(0, mostFaults);
}

/** Parses at the edge: the value, or a FactoryError with every fault. */
export function parseOrThrow<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: ErrorCode = 'INVALID_ARGUMENT',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = toFaults(parsed.error);
  throw new FactoryError(
    code,
    faults
      .map((fault) => `${fault.path}: ${fault.message}`)
      .join('; ')
      .slice(0, 1000),
    { faults },
  );
}
