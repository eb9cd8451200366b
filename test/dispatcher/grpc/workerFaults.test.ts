import { startRedis } from '../../support/redis';
import { nextEvent, startReplica, submit } from './harness';
import { replicasOnRedis } from './replicas';
import { manualTimers } from './manualTimers';
import { ghost, success } from './testAgent';

const replica = replicasOnRedis();

describe('hostile frames', () => {
  test('a frame that breaks its schema ends the stream with the path, and the leases are given up', async () => {
    const { agent, queue, events } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    one.heartbeat([task]);
    await one.next('renewed');
    const gone = nextEvent(events, ({ kind }) => kind === 'agent_gone');
    one.report({ id: task.id, epoch: -3 });
    expect(await one.ended).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: expect.stringContaining('results[0].epoch'),
    });
    await gone;
    expect(await queue.get(task.id)).toMatchObject({ failures: 1 });
  });

  test('bytes that are no frame end the stream', async () => {
    const { agent } = await replica();
    const one = agent();
    await one.register();
    one.sendBytes(Buffer.from('not protobuf at all'));
    expect(await one.ended).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('a flood of frames is worked off in order', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    for (let count = 0; count < 500; count += 1) one.heartbeat([task]);
    one.report(task);
    for (let count = 0; count < 500; count += 1) expect((await one.next('renewed')).leases).toHaveLength(1);
    expect((await one.next('acks')).acks).toMatchObject([{ accepted: true }]);
  });

  test('log lines of a lease are kept, those of others are not', async () => {
    const { agent, queue, events } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    const line = { at: '2030-01-01T00:00:00.000Z', stream: 'stdout' as const };
    one.send({
      kind: 'logs',
      lines: [
        { ...line, id: task.id, epoch: task.epoch, text: 'mine' },
        { ...line, ...ghost('tester'), text: 'not mine' },
      ],
    });
    const texts: (string | undefined)[] = [];
    for await (const { kind, message } of events.followTask(task.id, undefined, new AbortController().signal)) {
      if (kind !== 'log') continue;
      texts.push(message);
      one.report(task);
    }
    expect(texts).toEqual(['mine']);
  });
});

describe('when the dispatcher stops', () => {
  test('agents keep their leases and go on at the next one', async () => {
    const timers = manualTimers();
    const first = await replica({ clock: timers });
    await submit(first.queue, 1);
    const one = first.agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    await Promise.all([first.server.stop(), first.server.stop()]);
    expect(await one.ended).toMatchObject({ code: 'UNAVAILABLE', factoryCode: 'SHUTTING_DOWN' });
    timers.runAll(); // whatever grace there was is over
    expect(await first.registry.get('agent-1')).toMatchObject({ id: 'agent-1' });
    const second = await replica();
    const back = second.agent();
    await back.register([{ id: task.id, epoch: task.epoch }]);
    back.report(task, { ...success, output: 'after all' });
    expect((await back.next('acks')).acks).toMatchObject([{ accepted: true }]);
    expect(await second.queue.get(task.id)).toMatchObject({ failures: 0, result: { output: 'after all' } });
  });
});

describe('a connection that reaches its age', () => {
  test('is ended, and the agent goes on over a new one', async () => {
    const { agent, queue } = await replica({ graceMs: 60_000 }, { maxConnectionAgeMs: 200, maxConnectionGraceMs: 1 });
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    expect(await one.ended).toMatchObject({ code: 'UNAVAILABLE' });
    const back = agent();
    await back.register([{ id: task.id, epoch: task.epoch }]);
    back.report(task);
    expect((await back.next('acks')).acks).toMatchObject([{ accepted: true }]);
  });
});

describe('when Redis is gone', () => {
  test('heartbeats are answered, and what is reported when it is back is taken', async () => {
    const own = await startRedis({ aof: 'always' });
    const here = await startReplica(own, { leaseMs: 60_000 });
    try {
      await submit(here.queue, 1);
      const one = here.agent();
      await one.register();
      one.credits();
      const [task = ghost('python')] = await one.tasks(1);
      await own.kill();
      one.heartbeat([task]);
      expect((await one.next('renewed')).leases).toEqual([]);
      one.report(task);
      await own.restart();
      expect((await one.next('acks')).acks).toMatchObject([{ accepted: true }]);
    } finally {
      await here.stop();
      await own.stop();
    }
  });
});
