/**
 * What a task costs Redis: microseconds of its CPU (used_cpu_user + used_cpu_sys) for submit, claim, heartbeat and complete, one task a call
 * and a hundred, without and with idempotency keys. Medians over rounds; a range in brackets tells how far to trust them.
 *
 * Usage: npm run bench:queue [-- CHECKOUT ...]: other checkouts are measured in turn with this one, since CPUs differ from minute to minute.
 */
import { resolve } from 'node:path';
import {
  agentType,
  noUsage,
  taskIdFor,
  taskSpecSchema,
  ulidSource,
  type LeaseRef,
  type TaskResult,
} from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import type { TaskQueue } from '../../dispatcher/src/queue/port';
import type { createRedisQueue } from '../../dispatcher/src/queue/redisQueue';
import { startRedis } from '../support/redis';

const rounds = 5;
const tasksPerRound = 4_000;
/** Before each round: retention is reached, scripts are known. */
const warmUp = 1_000;
const keptTasks = 500;
/** Calls on their way at a time, one task each, and a batch each. */
const agents = { single: 64, batched: 8 } as const;
const batch = { single: 1, batched: 100 } as const;
const steps = ['submit', 'claim', 'heartbeat', 'complete'] as const;

type Mode = keyof typeof batch;
type QueueModule = { createRedisQueue: typeof createRedisQueue };

const type = { ...agentType('python'), queue_limit: 1_000_000 };
const spec = taskSpecSchema.parse({ type: 'python', brain: { kind: 'model', prompt: 'x'.repeat(100) } });
const result: TaskResult = { outcome: 'succeeded', output: { ok: true }, usage: noUsage, tool_calls: [] };
const usage = { ...noUsage, tool_calls: 3 };
const ulid = ulidSource();

/** Microseconds that Redis has computed. */
async function cpu(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const seconds = ['used_cpu_user', 'used_cpu_sys'].map((name) => {
    const found = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1];
    if (found === undefined) throw new Error(`Redis does not tell ${name}`);
    return Number(found);
  });
  return seconds.reduce((sum, one) => sum + one, 0) * 1e6;
}

/** Takes `count` tasks through the queue; answers what each step cost, a task. */
async function pass(queue: TaskQueue, redis: Redis, mode: Mode, keyed: boolean, count: number): Promise<number[]> {
  const size = batch[mode];
  const inParallel = async (work: (agent: string) => Promise<void>): Promise<void> => {
    let left = count / size;
    const loop = async (agent: string): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await work(agent);
      }
    };
    await Promise.all(Array.from({ length: agents[mode] }, (_, n) => loop(`agent-${n}`)));
  };
  const newTask = () => {
    const id = taskIdFor('python', ulid());
    const task = { id, spec, submitter: 'someone', crew: 'own', timeoutMs: 60_000, maxAttempts: 3 };
    return keyed ? { ...task, idempotency: { key: id, fingerprint: 'f' } } : task;
  };
  const held: { agent: string; leases: LeaseRef[] }[] = [];
  const cost = async (work: () => Promise<void>): Promise<number> => {
    const before = await cpu(redis);
    await work();
    return ((await cpu(redis)) - before) / count;
  };
  const submitted = await cost(() =>
    inParallel(async () => {
      const outcomes = await queue.submit(type, Array.from({ length: size }, newTask));
      if (outcomes.some(({ status }) => status !== 'accepted')) throw new Error('a task was refused');
    }),
  );
  const claimed = await cost(() =>
    inParallel(async (agent) => {
      const leases = (await queue.claim('python', agent, size)).map(({ id, epoch }) => ({ id, epoch }));
      if (leases.length !== size) throw new Error('a claim came short');
      held.push({ agent, leases });
    }),
  );
  const forAll =
    (work: (agent: string, leases: LeaseRef[]) => Promise<readonly unknown[]>) => async (): Promise<void> =>
      void (await Promise.all(held.map(({ agent, leases }) => work(agent, leases))));
  const beat = forAll((agent, leases) =>
    queue.heartbeat(
      'python',
      agent,
      leases.map((lease) => ({ ...lease, usage })),
    ),
  );
  await beat(); // the next one finds nothing new, as most do
  const beaten = await cost(beat);
  const completed = await cost(
    forAll(async (agent, leases) => {
      const acks = await queue.complete(
        'python',
        agent,
        leases.map((lease) => ({ ...lease, result })),
      );
      if (acks.some(({ accepted }) => !accepted)) throw new Error('a result was refused');
      return acks;
    }),
  );
  return [submitted, claimed, beaten, completed];
}

async function main(): Promise<void> {
  const own = resolve(__dirname, '../..');
  const trees = [...process.argv.slice(2).map((path) => resolve(path)), own];
  const server = await startRedis();
  try {
    const redis = await server.connect();
    for (const mode of ['single', 'batched'] as const) {
      for (const keyed of [false, true]) {
        const figures = new Map(trees.map((tree) => [tree, [] as number[][]]));
        for (let round = 0; round < rounds; round += 1) {
          const turn = [...figures];
          for (const [tree, taken] of round % 2 === 0 ? turn : turn.reverse()) {
            const module = (await import(`${tree}/dispatcher/src/queue/redisQueue`)) as QueueModule; // this one, of another time
            await redis.flushall();
            await redis.script('FLUSH');
            const queue = module.createRedisQueue({ redis, retention: { finishedTasks: keptTasks } });
            await pass(queue, redis, mode, keyed, warmUp);
            taken.push(await pass(queue, redis, mode, keyed, tasksPerRound));
          }
        }
        for (const [tree, taken] of figures) {
          const name = `${mode}${keyed ? ', with keys' : ''}${trees.length > 1 ? ` (${tree})` : ''}`;
          process.stdout.write(`${name}: ${summary(taken)}\n`);
        }
      }
    }
  } finally {
    await server.stop();
  }
}

function summary(rounds: readonly number[][]): string {
  const columns = steps.map((name, at) => ({ name, values: rounds.map((round) => round[at] ?? 0) }));
  const total = { name: 'submit+claim+complete', values: rounds.map(([a = 0, b = 0, , d = 0]) => a + b + d) };
  return [...columns, total]
    .map(({ name, values }) => {
      const sorted = [...values].sort((a, b) => a - b).map((us) => us.toFixed(1));
      return `${name} ${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]}-${sorted.at(-1)})`;
    })
    .join('  ');
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
