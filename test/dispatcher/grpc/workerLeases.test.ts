import { FactoryError } from '@agent-factory/contract';
import { nextEvent, submit, tokens } from './harness';
import { replicasOnRedis } from './replicas';
import { ghost, success } from './testAgent';

const replica = replicasOnRedis();

describe('leases', () => {
  test('heartbeats renew what stands and name what does not', async () => {
    const { agent, queue, registry } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    const lease = { id: task.id, epoch: task.epoch };
    one.heartbeat([lease, ghost('python'), ghost('tester')]);
    expect((await one.next('renewed')).leases).toEqual([lease]);
    expect((await one.next('lost')).leases).toEqual([ghost('python'), ghost('tester')]);
    one.heartbeat([lease]);
    await one.next('renewed');
    expect(await registry.get('agent-1')).toMatchObject({ busy: 1, state: 'BUSY' });
  });

  test('that an agent does not name although it received them are over, and its slot takes the next task', async () => {
    const { agent, queue } = await replica({ pollMs: 3_600_000 });
    const [first = '', second = ''] = await submit(queue, 2);
    const one = agent(tokens.anyAgent, 'agent-1', 'python', 1);
    await one.register();
    one.credits(1);
    await one.tasks(1);
    one.credits(1);
    one.heartbeat();
    // Its place is before that of the second.
    expect(await one.tasks(1)).toMatchObject([{ id: first, epoch: 2 }]);
    expect(await queue.get(first)).toMatchObject({ failures: 1, attempts: [{ outcome: 'lost' }, { epoch: 2 }] });
    one.report({ id: first, epoch: 2 });
    one.credits(1);
    expect(await one.tasks(1)).toMatchObject([{ id: second }]);
  });

  test('that were on their way when a heartbeat left stand', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    one.send({ kind: 'heartbeat', leases: [], received: 0 });
    await one.next('renewed');
    one.report(task);
    expect((await one.next('acks')).acks).toMatchObject([{ accepted: true }]);
  });

  test('results and releases for a task of another agent or type are refused', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 1);
    const [one, two] = [agent(), agent(tokens.anyAgent, 'agent-2')];
    await one.register();
    await two.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    two.report(task);
    expect((await two.next('acks')).acks).toMatchObject([{ id: task.id, accepted: false, code: 'LEASE_NOT_HELD' }]);
    two.report(ghost('tester'));
    expect((await two.next('acks')).acks).toMatchObject([{ accepted: false, code: 'LEASE_NOT_HELD' }]);
    two.send({ kind: 'releases', leases: [{ id: task.id, epoch: task.epoch }], reason: 'mine now' });
    expect((await two.next('acks')).acks).toMatchObject([{ accepted: false, code: 'LEASE_NOT_HELD' }]);
    expect(await queue.get(task.id)).toMatchObject({ state: 'running', agent_id: 'agent-1' });
  });

  test('a cancel reaches the agent at once, and its report ends the task', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    await queue.cancel(task.id);
    const cancels = await one.next('cancels');
    expect(cancels.leases).toEqual([{ id: task.id, epoch: task.epoch }]);
    one.heartbeat([task]);
    expect((await one.next('renewed')).leases).toHaveLength(1);
    one.report(task, { outcome: 'cancelled' });
    await one.next('acks');
    expect(await queue.get(task.id)).toMatchObject({ state: 'cancelled' });
    expect(one.untaken).toEqual([]); // told once
  });

  test('of an agent whose stream is cut are given up after the grace, and count as a failure', async () => {
    const { agent, queue, events } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    one.heartbeat([task]);
    await one.next('renewed');
    const gone = nextEvent(events, ({ kind }) => kind === 'agent_gone');
    one.cut();
    expect(await gone).toMatchObject({ agent_id: 'agent-1', type: 'python' });
    expect(await queue.get(task.id)).toMatchObject({ failures: 1, attempts: [{ outcome: 'lost' }] });
  });

  test('are given up also when the store did, unheard, what it was asked at the departure', async () => {
    const { agent, queue, events } = await replica({
      wrapRegistry: (real) => {
        let heard = false;
        return {
          ...real,
          async deregister(id, connection) {
            const answer = await real.deregister(id, connection);
            if (heard) return answer;
            heard = true;
            throw new FactoryError('STORE_UNAVAILABLE', 'the answer is lost');
          },
        };
      },
    });
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    one.heartbeat([task]);
    await one.next('renewed');
    const gone = nextEvent(events, ({ kind }) => kind === 'agent_gone');
    one.cut();
    await gone;
    expect(await queue.get(task.id)).toMatchObject({ failures: 1, attempts: [{ outcome: 'lost' }] });
  });

  test('tell with heartbeats what they used, and it counts although they are lost', async () => {
    const { agent, queue, events } = await replica();
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    const lease = { id: task.id, epoch: task.epoch };
    const usage = { ...success.usage, tool_calls: 3, input_tokens: 1_000 };
    one.send({ kind: 'heartbeat', leases: [{ ...lease, usage }], received: 1 });
    await one.next('renewed');
    // Of tokens the gateway's word counts.
    expect((await queue.get(task.id)).usage).toEqual({ ...success.usage, tool_calls: 3 });
    const gone = nextEvent(events, ({ kind }) => kind === 'agent_gone');
    one.cut();
    await gone;
    expect(await queue.get(task.id)).toMatchObject({ failures: 1, usage: { tool_calls: 3 } });
  });

  test('survive a cut stream when the agent comes back in time with what it holds', async () => {
    const { agent, queue } = await replica({ graceMs: 60_000 });
    await submit(queue, 2);
    const one = agent();
    await one.register();
    one.credits();
    const [kept = ghost('python'), forgotten = ghost('python')] = await one.tasks(2);
    one.heartbeat([kept, forgotten]);
    await one.next('renewed');
    one.cut();
    const back = agent();
    await back.register([{ id: kept.id, epoch: kept.epoch }, ghost('python')]);
    expect((await back.next('lost')).leases).toEqual([ghost('python')]);
    back.report(kept);
    expect((await back.next('acks')).acks).toMatchObject([{ id: kept.id, accepted: true }]);
    expect(await queue.get(forgotten.id)).toMatchObject({ failures: 1, attempts: [{ outcome: 'lost' }] });
  });

  test('are left alone when the agent came back at another dispatcher', async () => {
    const [here, there] = [await replica(), await replica()];
    await submit(here.queue, 1);
    const one = here.agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    const back = there.agent();
    await back.register([{ id: task.id, epoch: task.epoch }]);
    // The stale stream learns of it with its next heartbeat, and its end takes nothing away.
    one.heartbeat([task]);
    expect(await one.ended).toMatchObject({ code: 'ABORTED', factoryCode: 'AGENT_REPLACED' });
    const two = here.agent(tokens.anyAgent, 'agent-2');
    const gone = nextEvent(here.events, ({ kind, agent_id: id }) => kind === 'agent_gone' && id === 'agent-2');
    await two.register();
    two.cut();
    await gone; // a grace as long as that of the stale stream is over
    back.report(task);
    expect((await back.next('acks')).acks).toMatchObject([{ accepted: true }]);
  });

  test('an agent that drained and ends its stream with nothing in hand is gone at once', async () => {
    const { agent, events } = await replica({ graceMs: 3_600_000 });
    const one = agent();
    await one.register();
    const gone = nextEvent(events, ({ kind }) => kind === 'agent_gone');
    one.send({ kind: 'drain' });
    one.end();
    expect(await one.ended).toMatchObject({ code: 'OK' });
    await gone;
  });
});
