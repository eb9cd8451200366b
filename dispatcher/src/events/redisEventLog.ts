import { agentTypeNames } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { queueKeys } from '../queue/keys';
import { scripts } from '../queue/scripts.gen';
import { runScript } from '../redisScript';
import { cursorAt } from './cursor';
import { followAll } from './followAll';
import { followTask } from './followTask';
import { EventHub } from './hub';
import { LogTails } from './logTails';
import type { EventLog } from './port';
import { origin } from './position';
import { blockMs, StreamReader } from './reader';

export interface RedisEventLogOptions {
  /** Made by `createRedis`; the log makes further connections like it. */
  redis: Redis;
  /** Most events buffered for one slow follower, past which it is ended and its client resumes. Default 10,000. */
  bufferLimit?: number;
  /** Only for tests: the clock given to the queue. */
  clock?: () => number;
  /** Called once when reading begins to fail, and with every entry that cannot be read; the log goes on by itself. */
  onError?: (error: unknown) => void;
  /** Called once when reading works again. */
  onRecovered?: () => void;
}

/** Milliseconds without an answer after which the log is not healthy: one blocking read, and time to answer it. */
const silenceMs = blockMs + 2_000;

/** Follows the events of all types in Redis; see {@link EventLog}. */
export function createRedisEventLog(options: RedisEventLogOptions): EventLog {
  const { redis, bufferLimit = 10_000, onError = () => undefined, onRecovered = () => undefined } = options;
  const streams = agentTypeNames.map((type) => ({ type, key: queueKeys(type).events }));
  const hub = new EventHub();
  const tails = new LogTails(redis);
  const health = { failing: false, lastRead: 0 };
  const reader = new StreamReader({
    redis,
    streams,
    deliver: (entry) => hub.deliver(entry),
    onBadEntry: onError,
    onError(error) {
      if (!health.failing) onError(error);
      health.failing = true;
    },
    onRead() {
      health.lastRead = performance.now();
      if (health.failing) onRecovered();
      health.failing = false;
    },
    onReset: (places) => hub.reset(places),
  });
  let started: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    for (const [type, position] of await reader.start()) hub.positions.set(type, position);
    Object.assign(health, { failing: false, lastRead: performance.now() });
    tails.start();
  };
  return {
    async start() {
      started ??= start().catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      await started;
    },
    async stop() {
      const before = started;
      started = undefined;
      if (before === undefined) return;
      await before.catch(() => undefined); // told to whoever started it
      hub.close();
      tails.stop();
      await reader.stop();
    },
    checkHealth() {
      if (started === undefined) return 'not started';
      if (health.failing) return 'events cannot be read';
      return performance.now() - health.lastRead > silenceMs ? 'events are not answered' : 'ok';
    },
    cursorNow: () => cursorAt(new Map(agentTypeNames.map((type) => [type, hub.positions.get(type) ?? origin]))),
    subscribe(listener) {
      // A wrapper, so that the same listener can subscribe twice.
      const own: typeof listener = (events) => listener(events);
      hub.listeners.add(own);
      return () => void hub.listeners.delete(own);
    },
    followAll: (cursor, signal) => followAll({ redis, hub, streams, bufferLimit }, cursor, signal),
    followTask: (id, cursor, signal) =>
      followTask(
        { redis, hub, streams, bufferLimit, tails, realTime: options.clock === undefined },
        id,
        cursor,
        signal,
      ),
    async record(type, { kind, agent_id: agent, message }) {
      const extra = message === undefined ? '' : JSON.stringify({ message: message.slice(0, 500) });
      await runScript(redis, scripts.record, queueKeys(type), [0, agent ?? '', kind, extra]);
    },
  };
}
