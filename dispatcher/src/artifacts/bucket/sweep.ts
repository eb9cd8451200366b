import type { Swept } from '../space';
import type { Objects, StoredObject } from './objects';

export interface BucketSweep {
  objects: Pick<Objects, 'pages' | 'remove'>;
  /** What was last used before goes. Milliseconds since 1970. */
  before: number;
  /** Bytes that may stay. */
  most: number;
  /** Milliseconds by which times of last use are told apart. */
  slotMs: number;
  signal?: AbortSignal | undefined;
}

/** Removals at a time. */
const atOnce = 8;

/**
 * Removes what was unused for too long, then, oldest use first, what is above the total. What is used meanwhile stays, whichever replica it is
 * used by: its object has changed then. Keeps sums only, of each slot of time, and so goes through a bucket that is too full twice.
 */
export async function sweepBucket(sweep: BucketSweep): Promise<Swept> {
  const { objects, before, most, slotMs, signal } = sweep;
  const slotOf = ({ usedAt }: StoredObject): number => Math.floor(usedAt / slotMs);
  const sizes = new Map<number, number>();
  let kept = 0;
  let dropped = 0;
  const removeAll = async (found: readonly StoredObject[]): Promise<number> => {
    let bytes = 0;
    for (let at = 0; at < found.length; at += atOnce) {
      const some = found.slice(at, at + atOnce);
      const gone = await Promise.all(some.map((object) => objects.remove(object, signal)));
      dropped += gone.filter(Boolean).length;
      bytes += some.reduce((sum, { size }, index) => (gone[index] === true ? sum + size : sum), 0);
    }
    return bytes;
  };

  for await (const page of objects.pages(signal)) {
    const old = page.filter(({ usedAt }) => usedAt < before);
    for (const object of page) {
      kept += object.size;
      if (object.usedAt >= before) sizes.set(slotOf(object), (sizes.get(slotOf(object)) ?? 0) + object.size);
    }
    kept -= await removeAll(old);
  }
  const { slot, bytes } = cutOf(sizes, kept - most);
  if (kept <= most) return { dropped, kept };
  let left = bytes; // of the slot in which the cut lies
  for await (const page of objects.pages(signal)) {
    const going = page.filter((object) => {
      if (slotOf(object) !== slot) return slotOf(object) < slot;
      if (left <= 0) return false;
      left -= object.size;
      return true;
    });
    kept -= await removeAll(going);
  }
  return { dropped, kept };
}

/** The slot up to which everything has to go for `excess` bytes to be gone, and how many bytes of that slot itself. */
function cutOf(sizes: ReadonlyMap<number, number>, excess: number): { slot: number; bytes: number } {
  let left = excess;
  let last = -Infinity;
  for (const [slot, size] of [...sizes].sort(([a], [b]) => a - b)) {
    if (left <= size) return { slot, bytes: left };
    left -= size;
    last = slot;
  }
  return { slot: last, bytes: Infinity };
}
