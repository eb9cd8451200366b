import { signal, submit, type Replica } from './harness';
import { replicasOnRedis } from './replicas';
import { ghost } from './testAgent';

const replica = replicasOnRedis();

/** Nothing here may wait for a lease to end or for a poll: what comes back comes by itself. */
const patient = { leaseMs: 600_000, pollMs: 3_600_000 };

/** The task was done by the agent under its second epoch, and what went wrong before was no attempt. */
async function expectFree({ queue }: Replica, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const task = await queue.get(id);
    expect(task).toMatchObject({ failures: 0, attempt: 2, attempts: [{ outcome: 'lost' }, { epoch: 2 }] });
  }
}

test('what a dispatcher claimed before it was killed comes to the agent at the next one, at once and without an attempt', async () => {
  const [dead, next] = [await replica(patient), await replica(patient)];
  const ids = await submit(dead.queue, 2);
  // The dispatcher dies between the answer of Redis and the stream: its agent has heard nothing.
  await dead.queue.claim('python', 'agent-1', 2);
  const one = next.agent();
  await one.register();
  one.credits();
  const tasks = await one.tasks(2);
  expect(tasks.map(({ id, epoch }) => ({ id, epoch }))).toEqual(ids.map((id) => ({ id, epoch: 2 })));
  await expectFree(next, ids);
  for (const task of tasks) one.report(task);
  for (const _ of ids) expect((await one.next('acks')).acks).toMatchObject([{ accepted: true }]);
});

test('what was sent on a stream that was cut comes again on the next, without an attempt', async () => {
  const here = await replica({ ...patient, graceMs: 600_000 });
  const [first = '', second = ''] = await submit(here.queue, 1).then(async (ids) => [
    ...ids,
    ...(await submit(here.queue, 1)),
  ]);
  const one = here.agent();
  await one.register();
  one.credits(1);
  await one.tasks(1);
  one.credits(1);
  await one.tasks(1);
  one.cut();
  // It never saw the tasks, so it names none.
  const back = here.agent();
  await back.register();
  back.credits();
  expect((await back.tasks(2)).map(({ epoch }) => epoch)).toEqual([2, 2]);
  await expectFree(here, [first, second]);
});

test('what was sent on a stream that is dead unnoticed comes back when the agent registers elsewhere, and what it kept stays', async () => {
  const [here, there] = [await replica({ ...patient, graceMs: 20 }), await replica(patient)];
  const one = here.agent(undefined, 'agent-1', 'python', 4);
  await one.register();
  const ids: string[] = [];
  for (let count = 1; count <= 3; count += 1) {
    ids.push(...(await submit(here.queue, 1)));
    one.credits(1);
    await one.tasks(1);
  }
  const [kept = '', ...lost] = ids;
  const back = there.agent(undefined, 'agent-1', 'python', 4);
  await back.register([{ id: kept, epoch: 1 }]);
  expect(await one.ended).toMatchObject({ factoryCode: 'AGENT_REPLACED' });
  back.credits(3);
  const tasks = await back.tasks(2);
  expect(tasks.map(({ id }) => id).sort()).toEqual([...lost].sort());
  await expectFree(there, lost);
  back.report({ id: kept, epoch: 1 });
  expect((await back.next('acks')).acks).toMatchObject([{ accepted: true }]);
  expect(await there.queue.get(kept)).toMatchObject({ failures: 0, attempt: 1 });
});

test('what an agent died of before its first word comes back a bounded number of times', async () => {
  const here = await replica({ ...patient, graceMs: 1 });
  const [id = ''] = await submit(here.queue, 1);
  let deaths = 0;
  const over = signal();
  const end = here.events.subscribe((batch) => batch.some(({ kind }) => kind === 'failed') && over.fire());
  const live = async (): Promise<void> => {
    const victim = here.agent(undefined, `agent-${deaths}`);
    await victim.register();
    victim.credits(1);
    await victim.tasks(1);
    deaths += 1;
    victim.cut();
  };
  // Two attempts and three free returns.
  for (let count = 0; count < 5; count += 1) await live();
  await over.fired;
  end();
  expect(await here.queue.get(id)).toMatchObject({ state: 'failed', failures: 2, attempt: 5 });
});

test('a stream that was replaced never works under a lease that stands: its report is refused', async () => {
  const [here, there] = [await replica({ ...patient, graceMs: 600_000 }), await replica(patient)];
  await submit(here.queue, 1);
  const one = here.agent();
  await one.register();
  one.credits();
  const [stale = ghost('python')] = await one.tasks(1);
  const back = there.agent();
  await back.register();
  back.credits();
  const [task = ghost('python')] = await back.tasks(1);
  expect(task).toEqual(expect.objectContaining({ id: stale.id, epoch: 2 }));
  back.report(stale);
  expect((await back.next('acks')).acks).toMatchObject([{ accepted: false, code: 'LEASE_EXPIRED' }]);
  back.report(task);
  expect((await back.next('acks')).acks).toMatchObject([{ accepted: true }]);
  expect((await there.queue.get(task.id)).attempts.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1);
});
