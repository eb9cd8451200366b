import { agentType, agentTypeNames, FactoryError, type AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { queueKeys } from '../queue/keys';
import { scripts } from '../queue/scripts.gen';
import { storeError } from '../redis';
import { replyArray, replyNumber } from '../redisReply';
import { depthOf, type Load } from './depth';

/** task_queue_depth of every type, as it was at one time. */
export interface Depths {
  /** Milliseconds since 1970 at which the reading began: no figure is older. */
  at: number;
  of: ReadonlyMap<AgentTypeName, number>;
}

export interface DepthReader {
  /** Figures that are 5 s old at most. Throws STORE_UNAVAILABLE rather than tell older ones. */
  read(): Promise<Depths>;
}

export interface DepthReaderOptions {
  redis: Redis;
  /** Targets of the HPAs where they are not those of the catalogue. */
  targets?: Partial<Record<AgentTypeName, number>>;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds for which figures are told again without a new reading. Defaults to 1,000. */
  againMs?: number;
  /** Milliseconds that a caller waits for Redis: an autoscaler that waits serves no other. Defaults to 1,000. */
  waitMs?: number;
}

/** Age in milliseconds past which a figure is told to nobody. */
const oldestMs = 5_000;

/** Reads what all types have to do in one round trip; callers that come meanwhile share it. */
export function createDepthReader(options: DepthReaderOptions): DepthReader {
  const { redis, targets = {}, now = Date.now, againMs = 1_000, waitMs = 1_000 } = options;
  let last: Depths | undefined;
  let reading: Promise<Depths> | undefined;

  const begin = (): Promise<Depths> => {
    const at = now();
    reading = readLoads(redis)
      .then((loads) => (last = { at, of: depthsOf(loads, targets) }))
      .finally(() => (reading = undefined));
    return reading;
  };

  return {
    async read() {
      const age = (depths: Depths): number => Math.abs(now() - depths.at); // a clock that was set back proves nothing fresh
      if (last !== undefined && age(last) <= againMs) return last;
      let failure: unknown;
      try {
        const found = await within(reading ?? begin(), waitMs);
        if (age(found) <= oldestMs) return found;
      } catch (error) {
        failure = error;
      }
      if (last !== undefined && age(last) <= oldestMs) return last;
      throw failure ?? new FactoryError('STORE_UNAVAILABLE', `Redis took longer than ${oldestMs} ms`);
    },
  };
}

function depthsOf(
  loads: ReadonlyMap<AgentTypeName, Load>,
  targets: Partial<Record<AgentTypeName, number>>,
): Map<AgentTypeName, number> {
  const target = (type: AgentTypeName): number => targets[type] ?? agentType(type).scaling.queue_target;
  return new Map([...loads].map(([type, load]) => [type, depthOf(load, target(type))]));
}

/** One pipeline with the counts of each type, each as of one moment. */
async function readLoads(redis: Redis): Promise<Map<AgentTypeName, Load>> {
  try {
    const known = await pipelined(redis, 'EVALSHA', scripts.stats.sha);
    const unknown = known.some(([error]) => error?.message.startsWith('NOSCRIPT'));
    const replies = unknown ? await pipelined(redis, 'EVAL', scripts.stats.lua) : known;
    return new Map(agentTypeNames.map((type, index) => [type, loadOf(replies[index])]));
  } catch (error) {
    throw storeError(error);
  }
}

type Reply = [error: Error | null, result: unknown];

async function pipelined(redis: Redis, command: 'EVAL' | 'EVALSHA', script: string): Promise<Reply[]> {
  const pipeline = redis.pipeline();
  for (const type of agentTypeNames) {
    const keys = queueKeys(type);
    const names = scripts.stats.keys.map((key) => keys[key]);
    pipeline.call(command, script, names.length, ...names);
  }
  return (await pipeline.exec()) ?? [];
}

function loadOf(reply: Reply | undefined): Load {
  const [error, result] = reply ?? [new FactoryError('STORE_UNAVAILABLE', 'Redis left an answer out'), undefined];
  if (error !== null) throw error;
  const [waiting, , running] = replyArray(result);
  return { waiting: replyNumber(waiting), busy: replyNumber(running) };
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new FactoryError('STORE_UNAVAILABLE', `Redis did not answer within ${milliseconds} ms`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // its lateness has been told
  }
}
