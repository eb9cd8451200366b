/** Keeps the use of a file and its removal apart. */
export interface Holds {
  /** Does the work while the file cannot be removed; a removal that has begun is awaited first. */
  during<T>(file: string, work: () => Promise<T>): Promise<T>;
  /** Removes unless the file is held, or is being removed already; answers what `remove` answers, else false. */
  unlessHeld(file: string, remove: () => Promise<boolean>): Promise<boolean>;
}

export function createHolds(): Holds {
  const holders = new Map<string, number>();
  const removals = new Map<string, Promise<unknown>>();
  return {
    async during(file, work) {
      holders.set(file, (holders.get(file) ?? 0) + 1);
      try {
        await removals.get(file)?.catch(() => undefined); // told to whoever removes
        return await work();
      } finally {
        const left = (holders.get(file) ?? 1) - 1;
        if (left === 0) holders.delete(file);
        else holders.set(file, left);
      }
    },
    async unlessHeld(file, remove) {
      if (holders.has(file) || removals.has(file)) return false;
      const removal = remove();
      removals.set(file, removal);
      try {
        return await removal;
      } finally {
        removals.delete(file);
      }
    },
  };
}
