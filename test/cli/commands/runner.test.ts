import { EventEmitter } from 'node:events';
import { Command } from 'commander';
import { runnerFor } from '../../../cli/src/commands/verb';
import { interrupted } from '../../../cli/src/context';

/** A verb that works until Ctrl-C, in a process of the test's own. */
function setUp() {
  let time = 0;
  const exits: number[] = [];
  const errors: unknown[] = [];
  const own = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const run = runnerFor(
    () => {},
    (error) => void errors.push(error),
    own,
    () => time,
  );
  let letGo: () => void = () => {};
  const ended = run(async ({ signal }) => {
    await new Promise<void>((resolve) => (letGo = resolve));
    if (signal.aborted) throw interrupted();
    return 0;
  }, new Command());
  return { own, exits, errors, ended, letGo: () => letGo(), pass: (ms: number) => (time += ms) };
}

test('one Ctrl-C that arrives from the terminal, the launcher and npm lets a verb say how it ends', async () => {
  const { own, exits, errors, ended, letGo, pass } = setUp();
  own.emit('SIGINT');
  own.emit('SIGINT');
  pass(50);
  own.emit('SIGINT');
  expect(exits).toEqual([]);
  letGo();
  await ended;
  expect(errors).toEqual([expect.objectContaining({ exitCode: 130 })]);
  expect(own.listenerCount('SIGINT')).toBe(0);
});

test('a second Ctrl-C ends a verb at once', () => {
  const { own, exits, letGo, pass } = setUp();
  own.emit('SIGINT');
  pass(2_000);
  own.emit('SIGINT');
  expect(exits).toEqual([130]);
  letGo();
});
