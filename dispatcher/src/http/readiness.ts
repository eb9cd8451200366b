import type { Health } from '@agent-factory/contract';

/** Resolves when all is well; rejects when the dispatcher cannot serve because of it. */
export type Check = () => Promise<unknown>;

/** Runs every check at once, each within `timeoutMs`; one that fails or is late makes the whole unavailable. Never throws. */
export function readiness(
  version: string,
  checks: Readonly<Record<string, Check>>,
  timeoutMs = 1_000,
): () => Promise<Health> {
  return async () => {
    const found = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({ name, ...(await outcomeOf(check, timeoutMs)) })),
    );
    return {
      status: found.every(({ ok }) => ok) ? 'ok' : 'unavailable',
      version,
      checks: Object.fromEntries(found.map(({ name, text }) => [name, text])),
    };
  };
}

async function outcomeOf(check: Check, timeoutMs: number): Promise<{ ok: boolean; text: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ok: boolean; text: string }>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, text: `no answer within ${timeoutMs} ms` }), timeoutMs);
  });
  // What exactly failed stands in the log: this answer is public.
  const outcome = check().then(
    () => ({ ok: true, text: 'ok' }),
    () => ({ ok: false, text: 'unavailable' }),
  );
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
