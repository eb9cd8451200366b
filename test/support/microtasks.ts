/** Resolves after so many steps of the queue of microtasks: what promises do meanwhile has come as far. */
export async function afterMicrotasks(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await Promise.resolve();
}
