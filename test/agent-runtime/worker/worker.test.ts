import { writeFile } from 'node:fs/promises';
import { assignment, heartbeatMs, lease, leaseMs, setup, success, type Setup } from './harness';

let given: Setup;
afterEach(() => given.close());

/** A registered agent that works on one task. */
async function busy(options: { slots?: number } = {}): Promise<{
  stream: Awaited<ReturnType<Setup['registered']>>;
  attempt: Awaited<ReturnType<Setup['work']['started']>>;
}> {
  given = await setup(options);
  const stream = await given.registered();
  await stream.next('credits');
  stream.send({ kind: 'assignments', tasks: [assignment(lease(1))] });
  return { stream, attempt: await given.work.started(lease(1)) };
}

describe('registration', () => {
  it('names itself, beats at once and offers its slots', async () => {
    given = await setup({ slots: 3 });
    const stream = await given.registered();
    expect(await stream.next('register')).toMatchObject({ id: 'python-1', type: 'python', slots: 3, held: [] });
    expect(await stream.next('heartbeat')).toEqual({ kind: 'heartbeat', leases: [], received: 0 });
    expect(await stream.next('credits')).toEqual({ kind: 'credits', free: 3 });
    await given.worker.ready;
    expect(given.tokens.current()).toBe('short-lived-1');
  });

  it('shows the token that the file holds at each connection', async () => {
    given = await setup();
    const first = await given.registered();
    expect(first.authorization).toBe('Bearer bootstrap-1');
    await first.next('credits');
    await writeFile(given.tokenFile, 'bootstrap-2\n');
    first.cut();
    await given.clock.dueWithin(200);
    given.clock.advance(200);
    expect((await given.dispatcher.connection()).authorization).toBe('Bearer bootstrap-2');
  });

  it('gives up on a dispatcher that does not register it within ten seconds, and tries again', async () => {
    given = await setup();
    const silent = await given.dispatcher.connection();
    await silent.next('register');
    given.clock.advance(10_000);
    await silent.ended;
    given.clock.advance(200);
    expect(await (await given.dispatcher.connection()).next('register')).toMatchObject({ id: 'python-1' });
  });

  it('never writes a token into its log', async () => {
    given = await setup();
    const stream = await given.registered();
    await stream.next('credits');
    stream.send({ kind: 'token', token: 'short-lived-2', token_expires_at: '2026-01-01T00:10:00.000Z' });
    stream.send({ kind: 'assignments', tasks: [assignment(lease(1))] });
    await given.work.started(lease(1));
    expect(given.tokens.current()).toBe('short-lived-2');
    expect(given.logLines.length).toBeGreaterThan(0);
    expect(given.logLines.join('')).not.toMatch(/short-lived|bootstrap/);
  });
});

describe('work', () => {
  it('reports the result and then offers the slot again', async () => {
    const { stream, attempt } = await busy();
    attempt.finish(success('done'));
    const { results } = await stream.next('results');
    expect(results).toEqual([{ ...lease(1), result: success('done') }]);
    expect(await stream.next('credits')).toEqual({ kind: 'credits', free: 1 });
  });

  it('works on as many tasks at a time as it has slots, and hands back one too many', async () => {
    const { stream } = await busy({ slots: 2 });
    stream.send({ kind: 'assignments', tasks: [assignment(lease(2)), assignment(lease(3))] });
    await given.work.started(lease(2));
    expect(await stream.next('releases')).toMatchObject({ leases: [lease(3)] });
  });

  it('tells with each heartbeat what it has used so far', async () => {
    const { stream, attempt } = await busy();
    await stream.next('heartbeat');
    const usage = { input_tokens: 7, output_tokens: 3, cost_usd: 0.5, model_calls: 1, tool_calls: 0 };
    attempt.hooks.metered(() => usage);
    for (const tool_calls of [1, 4]) {
      usage.tool_calls = tool_calls;
      given.clock.advance(heartbeatMs);
      const { leases } = await stream.next('heartbeat');
      expect(leases).toEqual([{ ...lease(1), usage: { ...usage, tool_calls } }]);
      stream.send({ kind: 'renewed', leases: [lease(1)] });
    }
  });

  it('tells with the next heartbeat how far it is and how many tasks it was given', async () => {
    const { stream, attempt } = await busy();
    await stream.next('heartbeat');
    attempt.hooks.progress({ step: 'a', done: 1, total: 2 });
    given.clock.advance(heartbeatMs);
    expect(await stream.next('heartbeat')).toEqual({
      kind: 'heartbeat',
      leases: [{ ...lease(1), progress: { step: 'a', done: 1, total: 2 } }],
      received: 1,
    });
  });

  it('ignores an assignment that it has already', async () => {
    const { stream, attempt } = await busy();
    stream.send({ kind: 'assignments', tasks: [assignment(lease(1))] });
    stream.send({ kind: 'cancels', leases: [lease(1)], reason: 'asked' });
    await stream.next('results');
    expect(attempt.signal.aborted).toBe(true);
    expect(stream.unread('releases')).toEqual([]);
  });

  it('sends log lines in batches, before the result of their task', async () => {
    const { stream, attempt } = await busy();
    attempt.hooks.log('stdout', 'one\ntwo');
    given.clock.advance(200);
    expect((await stream.next('logs')).lines.map(({ text }) => text)).toEqual(['one', 'two']);
    attempt.hooks.log('stderr', 'three');
    attempt.finish(success(null));
    expect((await stream.next('logs')).lines).toMatchObject([{ ...lease(1), stream: 'stderr', text: 'three' }]);
    await stream.next('results');
  });
});

describe('cancelling', () => {
  it('stops the work and reports it as cancelled', async () => {
    const { stream, attempt } = await busy();
    stream.send({ kind: 'cancels', leases: [lease(1)], reason: 'no longer wanted' });
    const { results } = await stream.next('results');
    expect(attempt.signal.aborted).toBe(true);
    expect(results[0]?.result).toMatchObject({
      outcome: 'cancelled',
      error: { code: 'TASK_CANCELLED', message: 'no longer wanted' },
    });
  });
});

describe('a lost lease', () => {
  it('ends the work at once, and nothing is reported of it', async () => {
    const { stream, attempt } = await busy();
    attempt.hooks.log('stdout', 'a line that nobody may send any more');
    stream.send({ kind: 'lost', leases: [lease(1)] });
    expect(await stream.next('credits', ({ free }) => free === 1)).toEqual({ kind: 'credits', free: 1 });
    expect(attempt.signal.aborted).toBe(true);
    given.clock.advance(heartbeatMs);
    expect(await stream.next('heartbeat', ({ leases }) => leases.length === 0)).toBeDefined();
    expect([...stream.unread('results'), ...stream.unread('releases'), ...stream.unread('logs')]).toEqual([]);
  });

  it('makes way for a later lease on the same task', async () => {
    const { stream, attempt } = await busy({ slots: 2 });
    stream.send({ kind: 'assignments', tasks: [assignment(lease(1, 2))] });
    const later = await given.work.started(lease(1, 2));
    expect(attempt.signal.aborted).toBe(true);
    later.finish(success('second'));
    const { results } = await stream.next('results');
    expect(results).toEqual([{ ...lease(1, 2), result: success('second') }]);
  });

  it('is noticed without the dispatcher: work whose lease is not renewed for lease_ms stops', async () => {
    const { stream, attempt } = await busy();
    // The first heartbeat is answered, but it left before the task came; a frame after it tells when the answer was heard.
    stream.send({ kind: 'renewed', leases: [] });
    stream.send({ kind: 'assignments', tasks: [assignment(lease(2))] });
    expect(await stream.next('releases')).toMatchObject({ leases: [lease(2)] });
    given.clock.advance(leaseMs - 1);
    expect(attempt.signal.aborted).toBe(false);
    given.clock.advance(1);
    expect(attempt.signal.aborted).toBe(true);
    // Said by silence: a task that was received and is not named is over.
    expect(
      await stream.next('heartbeat', ({ leases, received }) => received === 2 && leases.length === 0),
    ).toBeDefined();
    expect([...stream.unread('results'), ...stream.unread('releases')]).toEqual([]);
  });

  it('does not happen while heartbeats renew the lease, counted from when they were sent', async () => {
    const { stream, attempt } = await busy();
    await stream.next('heartbeat');
    stream.send({ kind: 'renewed', leases: [] });
    given.clock.advance(heartbeatMs);
    await stream.next('heartbeat');
    given.clock.advance(1_000);
    stream.send({ kind: 'renewed', leases: [lease(1)] });
    // The answer must have been heard before time goes on: frames come in order.
    stream.send({ kind: 'assignments', tasks: [assignment(lease(2))] });
    await stream.next('releases');
    given.clock.advance(leaseMs - 1_000 - 1);
    expect(attempt.signal.aborted).toBe(false);
    given.clock.advance(1);
    expect(attempt.signal.aborted).toBe(true);
  });
});

describe('a lost connection', () => {
  async function reconnected(): Promise<Awaited<ReturnType<Setup['registered']>>> {
    await given.clock.dueWithin(1_000);
    given.clock.advance(1_000);
    return given.registered();
  }

  it('does not end the work: the next registration names the leases that are held', async () => {
    const { stream, attempt } = await busy();
    stream.cut();
    const next = await reconnected();
    expect((await next.next('register')).held).toEqual([lease(1)]);
    // What came over the stream before does not count on this one.
    expect(await next.next('heartbeat')).toEqual({ kind: 'heartbeat', leases: [lease(1)], received: 0 });
    expect(attempt.signal.aborted).toBe(false);
    attempt.finish(success('over two connections'));
    expect((await next.next('results')).results).toHaveLength(1);
  });

  it('does not lose a result: it goes again, once, until it is acknowledged', async () => {
    const { stream, attempt } = await busy();
    attempt.finish(success('kept'));
    await stream.next('results');
    stream.cut();
    const second = await reconnected();
    expect((await second.next('register')).held).toEqual([lease(1)]);
    expect((await second.next('results')).results).toEqual([{ ...lease(1), result: success('kept') }]);
    second.send({ kind: 'acks', acks: [{ ...lease(1), accepted: true }] });
    second.send({ kind: 'assignments', tasks: [assignment(lease(2))] });
    await given.work.started(lease(2));
    expect(second.unread('results')).toEqual([]);
    second.cut();
    const third = await reconnected();
    expect((await third.next('register')).held).toEqual([lease(2)]);
    await third.next('credits');
    expect(third.unread('results')).toEqual([]);
  });

  it('keeps the log lines that came meanwhile', async () => {
    const { stream, attempt } = await busy();
    stream.cut();
    await given.clock.dueWithin(200);
    attempt.hooks.log('stdout', 'meanwhile');
    const next = await reconnected();
    expect((await next.next('logs')).lines).toMatchObject([{ text: 'meanwhile' }]);
  });

  it('is noticed when heartbeats stay unanswered', async () => {
    const { stream } = await busy();
    for (let beat = 0; beat < 4; beat += 1) given.clock.advance(heartbeatMs);
    await stream.ended;
    expect(await (await reconnected()).next('register')).toBeDefined();
  });

  it('drops a result whose lease the dispatcher calls lost', async () => {
    const { stream, attempt } = await busy();
    attempt.finish(success('late'));
    await stream.next('results');
    stream.send({ kind: 'lost', leases: [lease(1)] });
    await stream.next('credits', ({ free }) => free === 1);
    stream.cut();
    const next = await reconnected();
    await next.next('credits');
    expect(next.unread('results')).toEqual([]);
  });

  it('sends a result again that was refused for a passing reason', async () => {
    const { stream, attempt } = await busy();
    attempt.finish(success('again'));
    await stream.next('results');
    stream.send({ kind: 'acks', acks: [{ ...lease(1), accepted: false, code: 'STORE_UNAVAILABLE' }] });
    await given.clock.dueWithin(1_000);
    given.clock.advance(1_000);
    expect((await stream.next('results')).results).toHaveLength(1);
  });
});

describe('draining', () => {
  it('finishes what is held within the grace, then ends the stream', async () => {
    const { stream, attempt } = await busy();
    const drained = given.worker.drain();
    await stream.next('drain');
    expect(await stream.next('credits')).toEqual({ kind: 'credits', free: 0 });
    attempt.finish(success('just in time'));
    await stream.next('results');
    stream.send({ kind: 'acks', acks: [{ ...lease(1), accepted: true }] });
    await stream.ended;
    await drained;
    expect(stream.unread('releases')).toEqual([]);
  });

  it('hands back what is not finished when the grace is over', async () => {
    const { stream, attempt } = await busy();
    const drained = given.worker.drain();
    await stream.next('drain');
    given.clock.advance(8_000);
    expect(await stream.next('releases')).toMatchObject({ leases: [lease(1)] });
    expect(attempt.signal.aborted).toBe(true);
    await drained;
    expect(stream.unread('results')).toEqual([]);
  });

  it('takes no more work', async () => {
    const { stream } = await busy({ slots: 2 });
    void given.worker.drain();
    await stream.next('drain');
    stream.send({ kind: 'assignments', tasks: [assignment(lease(2))] });
    expect(await stream.next('releases')).toMatchObject({ leases: [lease(2)], reason: 'the agent is draining' });
  });

  it('of an agent that holds nothing is over at once, and twice is once', async () => {
    given = await setup();
    const stream = await given.registered();
    await stream.next('credits');
    await Promise.all([given.worker.drain(), given.worker.drain()]);
    await stream.ended;
    expect(stream.unread('drain')).toHaveLength(1);
  });

  it('ends although no dispatcher can be reached', async () => {
    const { stream, attempt } = await busy();
    given.dispatcher.stop();
    await stream.ended;
    const drained = given.worker.drain();
    given.clock.advance(8_000);
    await drained;
    expect(attempt.signal.aborted).toBe(true);
  });
});
