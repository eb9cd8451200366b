import type { AgentTypeName, FactoryEvent } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { cursorAt } from './cursor';
import { comparePositions, origin, type Position } from './position';
import { extentOf, type Extent } from './streams';

/**
 * One event of kind `gap` for every stream in which something between its place in `seen` and the present is lost; moves that place to where
 * the stream goes on. A place whose own entry was the last one trimmed counts as a gap too: what followed it cannot be known.
 */
export async function gapsAfter(
  redis: Redis,
  streams: readonly { type: AgentTypeName; key: string }[],
  seen: Map<AgentTypeName, Position>,
): Promise<FactoryEvent[]> {
  const extents = await Promise.all(
    streams.map(async ({ type, key }) => ({ type, extent: await extentOf(redis, key) })),
  );
  return extents.flatMap(({ type, extent }): FactoryEvent[] => {
    const resumeAt = afterGap(seen.get(type) ?? origin, extent);
    if (resumeAt === undefined) return [];
    seen.set(type, resumeAt);
    return [
      {
        id: cursorAt(seen, type),
        at: new Date(resumeAt.ms).toISOString(),
        kind: 'gap',
        type,
        message: 'events after the cursor are not kept any more',
      },
    ];
  });
}

/** Where a stream goes on when what follows `place` is lost; undefined when all of it is there. */
function afterGap(place: Position, { first, last, trimmed }: Extent): Position | undefined {
  // The stream ends before the place: Redis went back, or its streams were lost.
  if (comparePositions(last, place) < 0) return last;
  if (!trimmed || comparePositions(place, last) === 0) return undefined;
  if (first === undefined) return last;
  const goesOn = before(first);
  return comparePositions(goesOn, place) <= 0 ? undefined : goesOn;
}

function before({ ms, seq }: Position): Position {
  return seq > 0 ? { ms, seq: seq - 1 } : { ms: Math.max(0, ms - 1), seq: Number.MAX_SAFE_INTEGER };
}
