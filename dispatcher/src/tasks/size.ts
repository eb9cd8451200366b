import { FactoryError, formatPath } from '@agent-factory/contract';

/** Throws PAYLOAD_TOO_LARGE when a value takes more than `maxBytes` as JSON, naming the part that takes most. The value is known to be shallow. */
export function requireSmall(value: unknown, maxBytes: number, prefix: readonly PropertyKey[] = []): void {
  const size = bytesOf(value);
  if (size <= maxBytes) return;
  const path = formatPath([...prefix, ...largestPart(value, size)]);
  const message = `the task takes ${size} bytes of ${maxBytes}, most of them here`;
  throw new FactoryError('PAYLOAD_TOO_LARGE', `${path}: ${message}`, { faults: [{ path, message }] });
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
