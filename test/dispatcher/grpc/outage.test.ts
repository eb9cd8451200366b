import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../agent-runtime/src/log';
import { grpcStreams } from '../../../agent-runtime/src/worker/grpcStream';
import { TokenHolder } from '../../../agent-runtime/src/worker/tokens';
import { Worker } from '../../../agent-runtime/src/worker/worker';
import { ScriptedWork, success } from '../../agent-runtime/worker/harness';
import { ManualClock } from '../../agent-runtime/worker/manualClock';
import { startRedis, type RedisServer } from '../../support/redis';
import { startReplica, submit, tokens, type Replica } from './harness';

const leaseMs = 6_000;
const heartbeatMs = 3_000;

let redis: RedisServer;
let replica: Replica;
let folder: string;
beforeEach(async () => {
  redis = await startRedis({ aof: 'always' });
  replica = await startReplica(redis, { leaseMs, heartbeatMs });
  folder = await mkdtemp(join(tmpdir(), 'outage-'));
  await writeFile(join(folder, 'token'), tokens.python);
});
afterEach(async () => {
  await replica.stop();
  await redis.stop();
  await rm(folder, { recursive: true });
});

test('an agent of one slot takes the next task after Redis was gone for longer than a lease', async () => {
  const clock = new ManualClock();
  const work = new ScriptedWork();
  const log = createLog({ level: 'silent', agentId: 'python-1', type: 'python' });
  const streams = grpcStreams(`127.0.0.1:${replica.port}`, join(folder, 'token'), log);
  const worker = new Worker({
    identity: { id: 'python-1', type: 'python', version: '1', slots: 1, tools: ['shell'], confinement: 'none' },
    open: streams.open,
    attempt: work.run,
    tokens: new TokenHolder(),
    clock,
    log,
    random: () => 0.5,
  });
  const [first = '', second = ''] = await submit(replica.queue, 2);
  worker.start();
  try {
    const attempt = await work.started({ id: first, epoch: 1 });
    await redis.kill();
    clock.advance(leaseMs);
    expect(attempt.signal.aborted).toBe(true);
    await redis.restart();
    clock.advance(heartbeatMs);
    // The agent fenced its work itself. Its task comes again, too; before the other one when the store could be told in time.
    const next = await Promise.race([work.started({ id: first, epoch: 2 }), work.started({ id: second, epoch: 1 })]);
    next.finish(success('after all'));
  } finally {
    await worker.stop();
    streams.close();
  }
});
