import { FactoryError } from '@agent-factory/contract';
import { signal, submit, tokens } from './harness';
import { replicasOnRedis } from './replicas';
import { ghost } from './testAgent';

const replica = replicasOnRedis();

describe('registration', () => {
  test('answers with the lease, the pace of heartbeats and a token that is the agent’s', async () => {
    const { agent, registry } = await replica({ leaseMs: 9_000, heartbeatMs: 1_500 });
    const one = agent(tokens.python);
    const registered = await one.register();
    expect(registered).toMatchObject({ lease_ms: 9_000, heartbeat_ms: 1_500 });
    expect(Date.parse(registered.token_expires_at)).toBeGreaterThan(Date.now());
    expect(await registry.get('agent-1')).toMatchObject({ id: 'agent-1', type: 'python', slots: 2 });
    // The token it got registers the same agent again, and no other.
    const again = agent(registered.token);
    await again.register();
    expect(await one.ended).toMatchObject({ code: 'ABORTED', factoryCode: 'AGENT_REPLACED' });
    const other = agent(registered.token, 'agent-2');
    other.sendRegister();
    expect(await other.ended).toMatchObject({ code: 'PERMISSION_DENIED', factoryCode: 'FORBIDDEN' });
  });

  test.each([
    ['no token', undefined, 'UNAUTHENTICATED'],
    ['a wrong token', 'wrong', 'UNAUTHENTICATED'],
    ['a token without the scope', tokens.operator, 'FORBIDDEN'],
    ['a token of another type', tokens.python, 'FORBIDDEN'],
  ])('with %s is refused', async (_what, token, code) => {
    const { agent } = await replica();
    const one = agent(token ?? '', 'agent-1', 'tester');
    one.sendRegister();
    expect(await one.ended).toMatchObject({ factoryCode: code });
  });

  test('that does not come in time ends the stream', async () => {
    const { agent } = await replica({ registerMs: 30 });
    expect(await agent().ended).toMatchObject({ code: 'DEADLINE_EXCEEDED', factoryCode: 'REQUEST_TIMEOUT' });
  });

  test('has to come first, and once', async () => {
    const { agent } = await replica();
    const early = agent();
    early.credits();
    expect(await early.ended).toMatchObject({ code: 'INVALID_ARGUMENT', details: expect.stringContaining('register') });
    const twice = agent();
    await twice.register();
    twice.sendRegister();
    expect(await twice.ended).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('twice at once goes one after the other: the later one stands, whatever the store’s answers do', async () => {
    const [stored, answered] = [signal(), signal()];
    let count = 0;
    const { agent } = await replica({
      wrapRegistry: (real) => ({
        ...real,
        register: async (...args) => {
          const row = await real.register(...args);
          count += 1;
          if (count > 1) return row;
          stored.fire();
          await answered.fired;
          return row;
        },
      }),
    });
    const [one, two] = [agent(), agent()];
    one.sendRegister();
    await stored.fired;
    two.sendRegister();
    // By the time another agent is registered and heard, the second registration has gone as far as it can.
    const other = agent(tokens.anyAgent, 'agent-2');
    await other.register();
    other.heartbeat();
    await other.next('renewed');
    answered.fire();
    expect(await one.ended).toMatchObject({ factoryCode: 'AGENT_REPLACED' });
    await two.next('registered');
    two.heartbeat();
    await two.next('renewed');
    two.heartbeat();
    await two.next('renewed');
  });

  test('that cannot renew what the agent holds leaves the row to whoever has it', async () => {
    const { agent, registry, queue } = await replica();
    const one = agent();
    await one.register();
    const before = await registry.get('agent-1');
    queue.heartbeat = () => Promise.reject(new FactoryError('STORE_UNAVAILABLE', 'gone'));
    const two = agent();
    two.sendRegister([ghost('python')]);
    expect(await two.ended).toMatchObject({ factoryCode: 'STORE_UNAVAILABLE' });
    expect(await registry.get('agent-1')).toMatchObject({ restart_count: before.restart_count });
    one.heartbeat();
    await one.next('renewed');
    one.heartbeat();
    await one.next('renewed');
  });

  test('a silent agent is cut off', async () => {
    const { agent } = await replica({ leaseMs: 40, heartbeatMs: 20 });
    const one = agent();
    await one.register();
    expect(await one.ended).toMatchObject({ factoryCode: 'REQUEST_TIMEOUT' });
  });
});

describe('tasks', () => {
  test('go to an agent with credits, end with its result, and are acknowledged', async () => {
    const { agent, queue } = await replica();
    const [id = ''] = await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task] = await one.tasks(1);
    expect(task).toMatchObject({ id, epoch: 1, attempt: 1, crew: 'test', spec: { type: 'python', priority: 'P2' } });
    one.report({ id, epoch: 1 });
    expect((await one.next('acks')).acks).toEqual([{ id, epoch: 1, accepted: true }]);
    expect(await queue.get(id)).toMatchObject({ state: 'succeeded', result: { output: { done: true } } });
    // The same result again, as after a lost acknowledgement: accepted again, recorded once.
    one.report({ id, epoch: 1 });
    expect((await one.next('acks')).acks).toEqual([{ id, epoch: 1, accepted: true }]);
    expect(await queue.get(id)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  });

  test('that come later wake an agent that waits', async () => {
    const { agent, queue } = await replica({ pollMs: 3_600_000 });
    const one = agent();
    await one.register();
    one.credits();
    one.heartbeat();
    await one.next('renewed');
    const [id] = await submit(queue, 1);
    expect(await one.tasks(1)).toMatchObject([{ id }]);
  });

  test('never exceed the slots, whatever credits say, and go on as slots come free', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 5);
    const one = agent();
    await one.register();
    one.credits(50);
    const first = await one.tasks(2);
    one.credits(50);
    one.heartbeat(first);
    await one.next('renewed');
    expect(one.untaken).toEqual([]);
    for (const lease of first) one.report(lease);
    expect(await one.tasks(2)).toHaveLength(2);
  });

  test('many go in one frame', async () => {
    const { agent, queue } = await replica();
    await submit(queue, 40);
    const one = agent(tokens.anyAgent, 'agent-1', 'python', 64);
    await one.register();
    one.credits();
    expect((await one.next('assignments')).tasks).toHaveLength(40);
  });

  test('are shared by several agents of a type', async () => {
    const { agent, queue } = await replica({ pollMs: 3_600_000 });
    const agents = ['a', 'b'].map((id) => agent(tokens.anyAgent, id, 'python', 4));
    for (const one of agents) {
      await one.register();
      one.credits();
      one.heartbeat();
      await one.next('renewed');
    }
    await submit(queue, 4);
    const got = await Promise.all(agents.map((one) => one.tasks(2)));
    expect(new Set(got.flat().map(({ id }) => id)).size).toBe(4);
  });

  test('wait while their type is paused, and go on when it is resumed', async () => {
    const { agent, queue } = await replica({ pollMs: 3_600_000 });
    await queue.setPaused('python', true);
    await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    one.heartbeat();
    await one.next('renewed');
    expect(one.untaken).toEqual([]);
    await queue.setPaused('python', false);
    expect(await one.tasks(1)).toHaveLength(1);
  });

  test('that an agent hands back go to another', async () => {
    const { agent, queue } = await replica();
    const [id = ''] = await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits(1);
    const [task = ghost('python')] = await one.tasks(1);
    one.credits(0);
    one.send({ kind: 'releases', leases: [{ id, epoch: task.epoch }], reason: 'no disk' });
    expect((await one.next('acks')).acks).toEqual([{ id, epoch: 1, accepted: true }]);
    const two = agent(tokens.anyAgent, 'agent-2');
    await two.register();
    two.credits();
    expect(await two.tasks(1)).toMatchObject([{ id, epoch: 2 }]);
    expect(await queue.get(id)).toMatchObject({ failures: 0 });
  });

  test('are not given to an agent that drains', async () => {
    const { agent, queue, registry } = await replica();
    const one = agent();
    await one.register();
    one.send({ kind: 'drain' });
    one.credits();
    one.heartbeat();
    await one.next('renewed');
    await submit(queue, 1);
    one.heartbeat();
    await one.next('renewed');
    expect(one.untaken).toEqual([]);
    expect(await registry.get('agent-1')).toMatchObject({ state: 'DRAINING' });
  });

  test('whose result is too large fail, and say so', async () => {
    const { agent, queue } = await replica();
    const [id = ''] = await submit(queue, 1);
    const one = agent();
    await one.register();
    one.credits();
    const [task = ghost('python')] = await one.tasks(1);
    one.report(task, { output: 'x'.repeat(1_100_000) });
    expect((await one.next('acks')).acks).toMatchObject([{ id, accepted: true }]);
    expect(await queue.get(id)).toMatchObject({ state: 'failed', result: { error: { code: 'RESULT_TOO_LARGE' } } });
  });
});
