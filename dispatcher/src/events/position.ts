/** A place in a stream: Redis's `ms-seq`. */
export interface Position {
  ms: number;
  seq: number;
}

export const origin: Position = { ms: 0, seq: 0 };

export function parsePosition(id: string): Position {
  const dash = id.indexOf('-');
  return { ms: Number(id.slice(0, dash)), seq: Number(id.slice(dash + 1)) };
}

export function formatPosition({ ms, seq }: Position): string {
  return `${ms}-${seq}`;
}

/** Below 0 when `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  return a.ms - b.ms || a.seq - b.seq;
}
