import { FactoryError } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { replyArray, replyNumber, replyText } from '../redisReply';
import { runScript } from '../redisScript';
import type { ReleaseOrders, Sandboxes } from './port';
import { scripts } from './scripts.gen';

export interface RedisSandboxesOptions {
  /** Made by `createRedis`. */
  redis: Redis;
  /** Only for tests: milliseconds since 1970 instead of Redis's own time. */
  clock?: () => number;
  /** Orders that may wait, a namespace. Defaults to 10,000. */
  mostOrders?: number;
}

/** Milliseconds that a pod is remembered: twice the longest life of a token that is accepted. */
const rememberMs = 2 * 86_400_000;
/** Pods that are looked at in one round. */
const mostBound = 50_000;

const recordSchema = z.object({ namespace: z.string(), name: z.string(), agentType: z.string() });
const orderSchema = z.object({ pod: z.string(), reason: z.string() });

/** All keys share one slot. */
function keysOf(namespace: string, uid = '') {
  return {
    /** Hash: record, and how its life ended. */
    pod: `pod:{sandboxes}:${uid}`,
    /** Sorted set of uids, by the last registration. */
    pods: `pods:{sandboxes}:${namespace}`,
    /** Sorted set of uids, by the time they are due. */
    released: `released:{sandboxes}:${namespace}`,
    /** Hash by uid: how often it was taken, and JSON. */
    orders: `orders:{sandboxes}:${namespace}`,
  };
}

type Run = (
  name: keyof typeof scripts,
  place: { namespace: string; uid?: string },
  args: (string | number)[],
) => Promise<unknown>;

function runner({ redis }: RedisSandboxesOptions): Run {
  return (name, { namespace, uid }, args) => runScript(redis, scripts[name], keysOf(namespace, uid), args);
}

/** The pods of agents, on Redis; see {@link Sandboxes}. */
export function createRedisSandboxes(options: RedisSandboxesOptions): Sandboxes {
  const run = runner(options);
  const clock = (): number => options.clock?.() ?? 0;
  return {
    async bind({ namespace, name, uid, agentType }) {
      const record = JSON.stringify({ namespace, name, agentType });
      const found = replyText(await run('bind', { namespace, uid }, [clock(), uid, record, rememberMs]));
      const refusal = refusals[found];
      if (refusal !== undefined) throw new FactoryError('FORBIDDEN', `the pod ${refusal}`);
    },
    async find(uid) {
      const reply = await run('find', { namespace: '', uid }, []);
      if (reply === null) return undefined;
      return { uid, ...recordSchema.parse(JSON.parse(replyText(reply))) };
    },
    async releaseSandbox({ namespace, pod, uid, reason }) {
      const order = JSON.stringify({ pod, reason: reason.slice(0, 200) });
      const { mostOrders = 10_000 } = options;
      const done = replyNumber(await run('release', { namespace, uid }, [clock(), uid, order, mostOrders, rememberMs]));
      if (done < 0)
        throw new FactoryError('RECYCLER_BEHIND', `${mostOrders} released sandboxes wait`, { retryAfterSeconds: 30 });
      return { duplicate: done === 0 };
    },
  };
}

const refusals: Readonly<Record<string, string>> = {
  other: 'is not the one that this uid belongs to',
  released: 'was released: another one takes its place',
  gone: 'is gone from its cluster',
};

/** The released sandboxes of one namespace, on Redis; see {@link ReleaseOrders}. */
export function createReleaseOrders(namespace: string, options: RedisSandboxesOptions): ReleaseOrders {
  const run = runner(options);
  const clock = (): number => options.clock?.() ?? 0;
  const place = { namespace };
  return {
    async take(holdMs) {
      const [uid, tries, json] = replyArray(await run('take', place, [clock(), holdMs]));
      if (uid === undefined) return undefined;
      return { uid: replyText(uid), tries: replyNumber(tries), ...orderSchema.parse(JSON.parse(replyText(json))) };
    },
    async done(uid) {
      await run('settle', place, [clock(), uid, -1]);
    },
    async later(uid, milliseconds) {
      await run('settle', place, [clock(), uid, Math.max(0, Math.round(milliseconds))]);
    },
    async count() {
      return replyNumber(await run('count', place, []));
    },
    async bound() {
      const [at, ...uids] = replyArray(await run('bound', place, [clock(), mostBound]));
      return { at: replyNumber(at), uids: uids.map(replyText) };
    },
    async gone(uid, at) {
      return replyNumber(await run('gone', { namespace, uid }, [clock(), uid, at, rememberMs])) === 1;
    },
  };
}
