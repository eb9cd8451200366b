import type { LeaseRef } from '@agent-factory/contract';

/** One key a lease: the same task under a later epoch is another lease. */
export function leaseKey(lease: LeaseRef): string {
  return `${lease.id}#${lease.epoch}`;
}

/** Only what names the lease, for a frame. */
export function refOf({ id, epoch }: LeaseRef): LeaseRef {
  return { id, epoch };
}

/** Cuts a list into lists of at most `count` items and about `weight` in sum; one item above it goes alone. */
export function batches<T>(items: readonly T[], count: number, weight: number, weigh: (item: T) => number): T[][] {
  const all: T[][] = [];
  let sum = 0;
  for (const item of items) {
    const last = all.at(-1);
    const own = weigh(item);
    if (last === undefined || last.length >= count || sum + own > weight) {
      all.push([item]);
      sum = own;
    } else {
      last.push(item);
      sum += own;
    }
  }
  return all;
}
