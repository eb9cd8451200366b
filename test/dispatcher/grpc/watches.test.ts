import { fileDescriptors, type FactoryEvent } from '@agent-factory/contract';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createLogger } from '../../../dispatcher/src/log';
import { addReflection } from '../../../dispatcher/src/grpc/reflection';
import { addTaskService } from '../../../dispatcher/src/grpc/taskService';
import type { TaskCalls } from '../../../dispatcher/src/tasks/port';
import { Curl } from './curl';
import { signal } from './harness';
import { ghost } from './testAgent';

const service = 'agentfactory.v1.TaskService';
const servers: { server: Server; curl: Curl }[] = [];
afterEach(() => {
  for (const { server, curl } of servers.splice(0)) {
    curl.close();
    server.forceShutdown();
  }
});

type Follow = (signal: AbortSignal) => AsyncIterable<FactoryEvent>;

/** A client of a server whose watches tell what a test says. */
async function watched(follow: Follow, clock?: { now(): number; after(ms: number, run: () => void): () => void }) {
  const server = new Server();
  const calls: Pick<TaskCalls, 'cursorNow' | 'followTask' | 'followAll'> = {
    cursorNow: () => 'now',
    followTask: (_principal, _id, _cursor, aborted) => follow(aborted),
    followAll: (_principal, _cursor, aborted) => follow(aborted),
  };
  addTaskService(server, {
    calls: calls as TaskCalls, // nothing else is called here
    authenticator: { authenticate: async () => ({ subject: 'op', scopes: new Set() }) },
    log: createLogger('silent'),
    maxWatches: 10,
    ...(clock === undefined ? {} : { clock }),
  });
  addReflection(server, fileDescriptors);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const curl = new Curl(port);
  servers.push({ server, curl });
  return curl;
}

function event(kind: FactoryEvent['kind'], message = ''): FactoryEvent {
  const { id } = ghost('python');
  return { id: 'c', at: '2030-01-01T00:00:00.000Z', kind, type: 'python', task_id: id, message };
}

async function* telling(...events: FactoryEvent[]): AsyncGenerator<FactoryEvent> {
  yield* events;
}

async function told(watch: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _answer of watch) count += 1;
  return count;
}

const cutOff = { code: 'RESOURCE_EXHAUSTED', factoryCode: 'STREAM_LIMIT', message: expect.stringContaining('after') };

test('a task’s watch ends well after its last event, and when there is nothing to tell after the cursor', async () => {
  const ended = await watched(() => telling(event('claimed'), event('succeeded')));
  expect(await told(ended.watch(`${service}/WatchTask`, { id: ghost('python').id }))).toBe(2);
  const over = await watched(() => telling());
  expect(await told(over.watch(`${service}/WatchTask`, { id: ghost('python').id }))).toBe(0);
});

test.each(['WatchTask', 'WatchEvents'])(
  '%s that ends in between says that the client is to come back',
  async (method) => {
    const curl = await watched(() => telling(event('queued'), event('claimed')));
    await expect(told(curl.watch(`${service}/${method}`, {}))).rejects.toMatchObject(cutOff);
  },
);

test('a client that reads nothing for a minute is ended', async () => {
  const ended = signal();
  const clock = {
    now: () => 0,
    after: (ms: number, run: () => void) => {
      expect(ms).toBe(60_000);
      const minute = setImmediate(run);
      return () => clearImmediate(minute);
    },
  };
  const curl = await watched(async function* (aborted) {
    try {
      while (!aborted.aborted) yield event('progress', 'x'.repeat(100_000));
    } finally {
      ended.fire();
    }
  }, clock);
  const watch = curl.watch(`${service}/WatchEvents`);
  await watch.next(); // and no further
  await ended.fired;
  await expect(told(watch)).rejects.toMatchObject(cutOff);
});
