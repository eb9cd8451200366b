/** Counts by key. */
export class Counter<K = string> {
  private readonly counts = new Map<K, number>();

  add(key: K, by = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
  }

  get(key: K): number {
    return this.counts.get(key) ?? 0;
  }

  get size(): number {
    return this.counts.size;
  }

  get total(): number {
    let sum = 0;
    for (const n of this.counts.values()) sum += n;
    return sum;
  }

  /** Most first; equal counts in the order of their keys. */
  top(): [K, number][] {
    return [...this.counts].sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1));
  }

  keys(): K[] {
    return [...this.counts.keys()];
  }
}

/** Groups by key, keeping the order of arrival. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return groups;
}
