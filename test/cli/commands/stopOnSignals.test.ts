import { EventEmitter } from 'node:events';
import { stopOnSignals } from '../../../cli/src/commands/stopOnSignals';

function setUp() {
  const calls: string[] = [];
  let time = 0;
  let finish: () => void = () => {};
  const factory = {
    stop: () => {
      calls.push('stop');
      return new Promise<void>((resolve) => (finish = resolve));
    },
    kill: () => void calls.push('kill'),
  };
  const own = Object.assign(new EventEmitter(), { exit: (code: number) => void calls.push(`exit ${code}`) });
  const request = stopOnSignals(factory, { status: () => {} }, own, () => time);
  return { calls, own, request, pass: (ms: number) => (time += ms), finish: () => finish() };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])('%s stops the factory in order', async (signal) => {
  const { calls, own, request, finish } = setUp();
  own.emit(signal);
  await request.asked;
  expect(calls).toEqual(['stop']);
  finish();
  await request.finished;
});

test('the same Ctrl-C passed on by npm is no second one', () => {
  const { calls, own, pass } = setUp();
  own.emit('SIGINT');
  pass(50);
  own.emit('SIGINT');
  expect(calls).toEqual(['stop']);
});

test('a second Ctrl-C ends everything at once', () => {
  const { calls, own, pass } = setUp();
  own.emit('SIGINT');
  pass(2_000);
  own.emit('SIGINT');
  expect(calls).toEqual(['stop', 'kill', 'exit 130']);
});

test('once released it listens no more', () => {
  const { calls, own, request } = setUp();
  request.release();
  own.emit('SIGTERM');
  expect(calls).toEqual([]);
});
