import { z } from 'zod';

const statusSchema = z.looseObject({ message: z.string().optional(), reason: z.string().optional() });

/** The Kubernetes API refused a call. */
export class KubernetesError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Seconds that the server asks to wait. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'KubernetesError';
  }
}

/** The error behind an answer that is no success. */
export function kubernetesError(what: string, status: number, text: string, retryAfter: string | undefined) {
  const said = statusSchema.safeParse(jsonOf(text)).data;
  const why = said?.message ?? said?.reason ?? 'no reason was given';
  const seconds = Number(retryAfter);
  return new KubernetesError(
    status,
    `${what}: ${status} ${why.slice(0, 300)}`,
    Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
