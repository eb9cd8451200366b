import { agentTypeNames } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { queueKeys } from '../queue/keys';
import { storeError } from '../redis';
import { followAll } from './followAll';
import { followTask } from './followTask';
import { EventHub } from './hub';
import { LogTails } from './logTails';
import type { EventLog } from './port';
import { StreamReader } from './reader';

export interface RedisEventLogOptions {
  /** Made by `createRedis`; the log makes further connections like it. */
  redis: Redis;
  /** Most events buffered for one slow follower, past which it is ended and its client resumes. Default 10,000. */
  bufferLimit?: number;
  /** Only for tests: the clock given to the queue. */
  clock?: () => number;
  /** Called when reading fails; the log goes on by itself. */
  onError?: (error: unknown) => void;
}

/** Entries that a stream of events keeps, about; scripts/lib/events.lua has the same. */
const eventsKept = 100_000;

/** Follows the events of all types in Redis; see {@link EventLog}. */
export function createRedisEventLog(options: RedisEventLogOptions): EventLog {
  const { redis, bufferLimit = 10_000, onError = () => undefined } = options;
  const streams = agentTypeNames.map((type) => ({ type, key: queueKeys(type).events }));
  const hub = new EventHub();
  const tails = new LogTails(redis);
  const reader = new StreamReader({ redis, streams, deliver: (entry) => hub.deliver(entry), onError });
  let started: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    for (const [type, position] of await reader.start()) hub.positions.set(type, position);
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
      const line = message === undefined ? '- 0' : `- 0 ${JSON.stringify({ message: message.slice(0, 500) })}`;
      const who = agent === undefined ? [] : ['g', agent];
      try {
        await redis.call('XADD', [queueKeys(type).events, 'MAXLEN', '~', eventsKept, '*', ...who, kind, line]);
      } catch (error) {
        throw storeError(error);
      }
    },
  };
}
