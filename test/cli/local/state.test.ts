import { join } from 'node:path';
import { systemClock } from '../../../cli/src/local/clock';
import { identify, type ProcessIdentity } from '../../../cli/src/local/identity';
import { readState, stateOfFactoryAt, writeState, type LocalState } from '../../../cli/src/local/state';
import { cleanLeftovers } from '../../../cli/src/local/up/leftovers';
import { ended, identityOf, startSleeper } from '../support/children';
import { temporaryFolder } from '../support/folder';

const dead: ProcessIdentity = { pid: 4_000_000, started: 'x:1', program: '/x' };

function stateWith(parts: LocalState['parts']): LocalState {
  return {
    version: 1,
    supervisor: dead,
    started_at: '2030-01-01T00:00:00.000Z',
    url: 'http://127.0.0.1:1',
    grpc: '127.0.0.1:2',
    redis: 'r',
    confinement: 'none',
    parts,
  };
}

test('leftovers of a killed factory are ended, and a process that only has the same id is left alone', async () => {
  const path = join(temporaryFolder(), 'state.json');
  const [left, stranger] = [await startSleeper(), await startSleeper()];
  const part = { state: 'ready', restarts: 0, log: '/x.log' } as const;
  writeState(
    path,
    stateWith([
      { name: 'redis', ...part, process: identityOf(left.pid) },
      { name: 'dispatcher', ...part, process: { pid: stranger.pid, started: 'other:1', program: process.execPath } },
      { name: 'python-1', ...part, process: dead },
    ]),
  );
  expect(await cleanLeftovers(path, systemClock)).toEqual(['redis']);
  await ended(left);
  expect(left.signalCode).toBe('SIGTERM');
  expect(identify(stranger.pid)).toBeDefined();
  expect(readState(path)).toBeUndefined();
});

test('a state of another version, or rubbish, counts as none', () => {
  const path = join(temporaryFolder(), 'state.json');
  writeState(path, { ...stateWith([]), version: 2 } as unknown as LocalState); // what a later version may write
  expect(readState(path)).toBeUndefined();
});

test('the state of this folder is that of the factory at its own address only', () => {
  const path = join(temporaryFolder(), 'state.json');
  expect(stateOfFactoryAt('http://127.0.0.1:1', path)).toBeUndefined();
  writeState(path, stateWith([]));
  expect(stateOfFactoryAt('http://127.0.0.1:1/', path)).toEqual(stateWith([]));
  expect(stateOfFactoryAt('http://127.0.0.1:2', path)).toBeUndefined();
});
