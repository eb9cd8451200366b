/** One Ctrl-C can arrive more than once: from the terminal, and passed on by npm or the launcher. Two that a person sends are further apart. */
const sameSignalMs = 700;

/** Answers for each signal as it comes whether it is the first, the same one passed on, or a further one. */
export function signalCounter(now: () => number = () => performance.now()): () => 'first' | 'same' | 'further' {
  let firstAt: number | undefined;
  return () => {
    if (firstAt === undefined) {
      firstAt = now();
      return 'first';
    }
    return now() - firstAt > sameSignalMs ? 'further' : 'same';
  };
}
