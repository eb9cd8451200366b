import type { FactoryEvent } from '@agent-factory/contract';

/** Reads `count` events, or fewer when the source ends before; then lets go of it. */
export async function take(source: AsyncIterable<FactoryEvent>, count: number): Promise<FactoryEvent[]> {
  const events: FactoryEvent[] = [];
  if (count === 0) return events;
  for await (const event of source) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

/** Reads to the end. */
export function drain(source: AsyncIterable<FactoryEvent>): Promise<FactoryEvent[]> {
  return take(source, Number.POSITIVE_INFINITY);
}

/** `kind task-ordinal`, short enough to compare. */
export function outline(events: readonly FactoryEvent[]): string[] {
  return events.map((event) => `${event.kind}${event.kind === 'log' ? ` ${event.message ?? ''}` : ''}`);
}
