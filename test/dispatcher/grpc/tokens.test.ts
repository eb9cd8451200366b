import type { DispatcherFrame } from '@agent-factory/contract';
import { keepTokenFresh } from '../../../dispatcher/src/grpc/worker/tokens';
import { Session } from '../../../dispatcher/src/grpc/worker/session';
import { createLogger } from '../../../dispatcher/src/log';

test('an agent gets a new token well before the old one ends, again after a failure, and none after its stream', async () => {
  const sent: DispatcherFrame[] = [];
  const out = {
    closed: false,
    send: (frame: DispatcherFrame) => sent.push(frame),
    end: () => undefined,
    fail: () => undefined,
  };
  const agent = { id: 'agent-1', type: 'python' as const, version: '1', slots: 1, tools: [], confinement: 'none' };
  const timers: { ms: number; callback: () => void }[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    after: (ms: number, callback: () => void) => {
      const timer = { ms, callback };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  const answers = [
    () => Promise.resolve('second'),
    () => Promise.reject(new Error('no')),
    () => Promise.resolve('third'),
  ];
  let issued: Promise<unknown> = Promise.resolve();
  const authenticator = {
    issueAgentToken: () => {
      const answer = (answers.shift() ?? (() => Promise.reject(new Error('none left'))))();
      issued = answer.catch(() => undefined);
      return answer.then((token) => ({ token, expiresAt: new Date(now + 300_000) }));
    },
  };
  const stop = keepTokenFresh(new Session(agent, out), new Date(300_000), {
    authenticator,
    clock,
    log: createLogger('silent'),
  });
  const fire = async (): Promise<number> => {
    const timer = timers.shift();
    if (timer === undefined) throw new Error('no timer is set');
    now += timer.ms;
    timer.callback();
    await issued;
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve(); // what hangs on the answer
    return timer.ms;
  };

  expect(await fire()).toBe(180_000);
  expect(sent).toMatchObject([{ kind: 'token', token: 'second' }]);
  expect(await fire()).toBe(180_000); // fails
  expect(sent).toHaveLength(1);
  expect(await fire()).toBe(5_000);
  expect(sent).toMatchObject([{ token: 'second' }, { token: 'third' }]);
  stop();
  expect(timers).toEqual([]);
});
