import { FactoryError, formatPath, type Fault } from '@agent-factory/contract';

/** Levels that a task may nest; deeper JSON could exhaust the stack of whoever walks it. */
const maxDepth = 100;

/** Throws INVALID_ARGUMENT when a value nests deeper than {@link maxDepth}. Walks without recursion. */
export function requireShallow(value: unknown, prefix: readonly PropertyKey[] = []): void {
  const rest: { value: unknown; depth: number; path: readonly PropertyKey[] }[] = [{ value, depth: 0, path: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= maxDepth) {
      const path = formatPath([...prefix, ...next.path]);
      throw refusal('INVALID_ARGUMENT', { path, message: `nests deeper than ${maxDepth} levels` });
    }
    const array = Array.isArray(next.value);
    for (const [key, item] of Object.entries(next.value)) {
      // Only the upper part of the path is kept: it is enough to find the fault.
      const path = next.depth < 6 ? [...next.path, array ? Number(key) : key] : next.path;
      rest.push({ value: item, depth: next.depth + 1, path });
    }
  }
}

/** Throws PAYLOAD_TOO_LARGE when a value takes more than `maxBytes` as JSON, naming the part that takes most. */
export function requireSmall(value: unknown, maxBytes: number, prefix: readonly PropertyKey[] = []): void {
  const size = bytesOf(value);
  if (size <= maxBytes) return;
  const path = formatPath([...prefix, ...largestPart(value, size)]);
  throw refusal('PAYLOAD_TOO_LARGE', {
    path,
    message: `the task takes ${size} bytes of ${maxBytes}, most of them here`,
  });
}

/** Path of the deepest part that takes more than half of the whole. */
function largestPart(value: unknown, size: number): PropertyKey[] {
  if (typeof value !== 'object' || value === null) return [];
  for (const [key, item] of Object.entries(value)) {
    if (bytesOf(item) * 2 > size) return [Array.isArray(value) ? Number(key) : key, ...largestPart(item, size)];
  }
  return [];
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function refusal(code: 'INVALID_ARGUMENT' | 'PAYLOAD_TOO_LARGE', fault: Fault): FactoryError {
  return new FactoryError(code, `${fault.path}: ${fault.message}`, { faults: [fault] });
}
