import { EventEmitter } from 'node:events';
import { leaveOnSignals } from '../../agent-runtime/src/leave';
import { createLog } from '../../agent-runtime/src/log';

const log = createLog({ level: 'silent', agentId: 'a', type: 'python' });

function given(leave: () => Promise<void>): { own: EventEmitter; exits: number[]; exited: Promise<void> } {
  const exits: number[] = [];
  let done = (): void => undefined;
  const exited = new Promise<void>((resolve) => (done = resolve));
  const own = new EventEmitter();
  const events = Object.assign(own, {
    exit: (code: number) => {
      exits.push(code);
      done();
    },
  });
  leaveOnSignals(log, leave, events);
  return { own, exits, exited };
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'])('leaves properly on %s, once', async (signal) => {
  let left = 0;
  const { own, exits, exited } = given(async () => void (left += 1));
  own.emit(signal);
  await exited;
  expect({ left, exits }).toEqual({ left: 1, exits: [0] });
});

it('exits at once when the same signal comes again', async () => {
  const { own, exits } = given(() => new Promise(() => undefined));
  own.emit('SIGTERM');
  own.emit('SIGTERM');
  expect(exits).toEqual([1]);
});

it('goes on leaving when Ctrl-C, the supervisor and the end of the channel all tell it to', async () => {
  let finish = (): void => undefined;
  const { own, exits, exited } = given(() => new Promise((resolve) => (finish = resolve)));
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) own.emit(signal);
  expect(exits).toEqual([]);
  finish();
  await exited;
  expect(exits).toEqual([0]);
});

it('exits with 1 when it could not leave properly', async () => {
  const { own, exits, exited } = given(() => Promise.reject(new Error('no')));
  own.emit('SIGTERM');
  await exited;
  expect(exits).toEqual([1]);
});
