import { FactoryError, isErrorCode, type ErrorCode, type LeaseRef } from '@agent-factory/contract';
import { z } from 'zod';
import { wait, type Clock } from '../../clock';
import { errorCode } from '../../errorCode';

/** How often a call that failed for a passing reason is made again before the attempt fails; asked-for waits do not count. */
const gatewayTries = 4;

export interface GatewayFetchOptions {
  lease: LeaseRef;
  /** Asked for at each call. */
  token: () => string;
  clock: Clock;
  signal: AbortSignal;
  log: (text: string) => void;
  /** Defaults to the global fetch. */
  fetch?: typeof fetch;
}

/**
 * A fetch for calls of the model gateway: names the lease that pays, waits as long as a 429 asks (the task's timeout ends it), makes a call again
 * that failed for a passing reason before its answer began, and throws a FactoryError with the gateway's code for everything else.
 */
export function gatewayFetch(options: GatewayFetchOptions): typeof fetch {
  const { clock, signal } = options;
  return async (input, init) => {
    for (let failures = 0; ;) {
      const outcome = await tryOnce(options, input, init);
      if (!('error' in outcome)) return outcome.response;
      const { error } = outcome;
      signal.throwIfAborted();
      if (error.code === 'MODEL_RATE_LIMITED' || error.code === 'STREAM_LIMIT' || error.code === 'QUEUE_FULL') {
        const seconds = Math.max(0.1, error.retryAfterSeconds ?? 1);
        options.log(`the model asks to wait ${seconds} s`);
        await wait(clock, seconds * 1_000, signal);
        continue;
      }
      failures += 1;
      if (!error.record.retryable || failures >= gatewayTries) throw error;
      const seconds = error.retryAfterSeconds ?? 0.5 * 2 ** (failures - 1);
      options.log(`${error.message.slice(0, 500)}; next try in ${seconds} s`);
      await wait(clock, seconds * 1_000, signal);
    }
  };
}

type Outcome = { response: Response } | { error: FactoryError };

async function tryOnce(
  { lease, token, signal, fetch: fetchOnce = fetch }: GatewayFetchOptions,
  input: Parameters<typeof fetch>[0],
  init: Parameters<typeof fetch>[1],
): Promise<Outcome> {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${token()}`);
  headers.set('x-task-id', lease.id);
  headers.set('x-task-epoch', String(lease.epoch));
  try {
    const response = await fetchOnce(input, { ...init, headers, signal, redirect: 'error' });
    return response.ok ? { response } : { error: await refusalOf(response) };
  } catch (error) {
    const why = errorCode(error) ?? 'connection lost';
    return { error: new FactoryError('MODEL_FAILED', `the model gateway cannot be reached: ${why}`, { cause: error }) };
  }
}

const envelopeSchema = z.object({ error: z.object({ message: z.string().optional(), code: z.unknown() }) });
const problemSchema = z.object({ code: z.string(), detail: z.string().optional() });

/** Used where an answer carries no code of the catalogue, as a proxy's would not. */
const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  402: 'BUDGET_SPENT',
  403: 'FORBIDDEN',
  404: 'MODEL_NOT_CONFIGURED',
  409: 'LEASE_NOT_HELD',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'INVALID_ARGUMENT',
  429: 'MODEL_RATE_LIMITED',
};

async function refusalOf(response: Response): Promise<FactoryError> {
  const body = parse((await response.text().catch(() => '')).slice(0, 65_536));
  const envelope = envelopeSchema.safeParse(body).data?.error;
  const problem = problemSchema.safeParse(body).data;
  const told: unknown = envelope?.code ?? problem?.code;
  const fallback = codeByStatus[response.status] ?? (response.status >= 500 ? 'MODEL_FAILED' : 'INVALID_ARGUMENT');
  const code = isErrorCode(told) ? told : fallback;
  const detail = envelope?.message ?? problem?.detail ?? `the model gateway answered ${response.status}`;
  return new FactoryError(code, detail.slice(0, 2_000), retryAfterOf(response));
}

function retryAfterOf(response: Response): { retryAfterSeconds: number } | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterSeconds: seconds } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
