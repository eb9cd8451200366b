import { FactoryError } from '@agent-factory/contract';
import { Redis } from 'ioredis';
import { redisTlsOptions, type RedisTls } from './redisTls';

/** What a connection may be given. */
export interface RedisConnectionOptions {
  /** Shown by CLIENT LIST. */
  name?: string;
  /** Milliseconds after which a command without an answer fails. Default 5,000. */
  commandTimeoutMs?: number;
  /** Most milliseconds between two tries to reconnect. Default 1,000. */
  reconnectCapMs?: number;
  /** For a URL without one. */
  password?: string;
  /** With rediss://. */
  tls?: RedisTls;
  /** Called with every connection error; never holds an address's password or a command's arguments. */
  onError?: (error: Error) => void;
}

/**
 * A connection that survives restarts of Redis and fails fast meanwhile: nothing waits in an offline queue and nothing is sent twice by
 * itself. A command that was sent and got no answer may still be done, also later: after STORE_UNAVAILABLE its outcome is unknown, and
 * whoever sends it again must be safe to. Connects at once; see {@link redisReady}.
 */
export function createRedis(url: string, options: RedisConnectionOptions = {}): Redis {
  const cap = options.reconnectCapMs ?? 1_000;
  const redis = new Redis(withPassword(url, options.password), {
    ...(options.name === undefined ? {} : { connectionName: options.name }),
    ...(options.tls === undefined ? {} : { tls: redisTlsOptions(options.tls) }),
    ...survival,
    commandTimeout: options.commandTimeoutMs ?? 5_000,
    socketTimeout: 2 * (options.commandTimeoutMs ?? 5_000),
    retryStrategy: (times) => Math.min(cap, 20 * 2 ** Math.min(times, 10)),
  });
  redis.on('error', (error: Error) => options.onError?.(new Error(error.message)));
  return redis;
}

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const full = new URL(url);
  full.password = encodeURIComponent(password); // a URL keeps a percent sign as it is
  return full.href;
}

/** A second connection for calls that block at most `blockMs`; a socket that stays silent longer counts as dead. */
export function duplicateForBlocking(redis: Redis, blockMs: number): Redis {
  const silence = 2 * blockMs + 1_000;
  const blocking = redis.duplicate({ commandTimeout: silence, socketTimeout: silence });
  blocking.on('error', () => undefined); // the reader sees each failure at its own call
  return blocking;
}

/** Resolves when the connection answers. Throws STORE_UNAVAILABLE after `timeoutMs`. */
export async function redisReady(redis: Redis, timeoutMs = 10_000): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      redis.off('end', onEnd);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReady = (): void => finish();
    const onEnd = (): void => finish(new FactoryError('STORE_UNAVAILABLE', 'the connection to Redis was closed'));
    const timer = setTimeout(
      () => finish(new FactoryError('STORE_UNAVAILABLE', `Redis was not ready within ${timeoutMs} ms`)),
      timeoutMs,
    );
    redis.once('ready', onReady);
    redis.once('end', onEnd);
  });
}

const survival = {
  // RESP2: replies have one shape, whatever the server.
  protocol: 2 as const,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // Commands under way fail as soon as the connection does.
  maxRetriesPerRequest: 0,
  connectTimeout: 5_000,
  keepAlive: 10_000,
  // After a failover the old master answers READONLY: find the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
};

/** Replies by which a living Redis says that it cannot serve now; everything else that it refuses is a defect of ours. */
const unavailable =
  /^(OOM|LOADING|READONLY|MASTERDOWN|BUSY|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNKILLABLE|NOAUTH|WRONGPASS|NOPERM)\b/;

/** Why a command failed: no answer came, so that it may have been done; or Redis refused it, for want of memory or of something else. */
type StoreFailure = 'unanswered' | 'out_of_memory' | 'refused';

/** STORE_UNAVAILABLE, with what came of the command. */
class StoreError extends FactoryError {
  constructor(
    readonly failure: StoreFailure,
    detail: string,
  ) {
    super('STORE_UNAVAILABLE', detail.slice(0, 300), { retryAfterSeconds: 1 });
  }
}

/** What the caller of a failed command is told: STORE_UNAVAILABLE, or INTERNAL for what Redis refused. Drops the command's arguments. */
export function storeError(error: unknown): FactoryError {
  if (error instanceof FactoryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error) || error.name !== 'ReplyError')
    return new StoreError('unanswered', `Redis does not answer: ${message}`);
  if (!unavailable.test(message))
    return new FactoryError('INTERNAL', `Redis refused a command: ${message.slice(0, 300)}`);
  return message.startsWith('OOM')
    ? new StoreError('out_of_memory', 'Redis has no memory left')
    : new StoreError('refused', `Redis cannot serve now: ${message}`);
}

/** Whether Redis refused a write because it has reached its maxmemory. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof StoreError && error.failure === 'out_of_memory';
}

/** Whether a command went without an answer, so that it may have been done. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof StoreError && error.failure === 'unanswered';
}
