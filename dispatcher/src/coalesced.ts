/** Work that many ask for at once and that is done once for all of them. */
export interface Coalesced {
  /**
   * Has the work done from its beginning after this call: at once, or again when the one under way is over. Resolves when nobody asks any
   * more; a failure is told to all who have asked and ends the round, so that only a later call begins the next one.
   */
  ask(): Promise<void>;
  /** Resolves when no work is under way, whatever came of it. */
  idle(): Promise<void>;
}

/** Never does the work twice at a time, and never loses a call that comes as it ends. */
export function coalesced(work: () => Promise<void>): Coalesced {
  let wanted = false;
  let running: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    try {
      while (wanted) {
        wanted = false;
        await begun();
      }
    } finally {
      // In the same step as the last look at `wanted`: cleared any later, a call in between would find work under way and none would follow.
      running = undefined;
    }
  };
  // Fails later even where the work throws at once: `running` is set by then.
  const begun = async (): Promise<void> => work();
  return {
    ask() {
      wanted = true;
      running ??= round();
      return running;
    },
    idle: async () => running?.catch(() => undefined),
  };
}
