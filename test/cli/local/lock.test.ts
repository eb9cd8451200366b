import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, signalProcess } from '../../../cli/src/local/identity';
import { lockHolder, takeLock } from '../../../cli/src/local/lock';
import { ended, identityOf, startSleeper } from '../support/children';
import { temporaryFolder } from '../support/folder';

test('the lock of a living process is refused, naming it', async () => {
  const path = join(temporaryFolder(), 'deep', 'lock');
  const other = await startSleeper();
  takeLock(path, other.pid);
  expect(() => takeLock(path)).toThrow(`a factory already runs in this folder (process ${other.pid})`);
  expect(lockHolder(path)?.pid).toBe(other.pid);
});

test('the lock of a process that is gone is taken over', async () => {
  const path = join(temporaryFolder(), 'lock');
  const other = await startSleeper();
  takeLock(path, other.pid);
  other.kill('SIGKILL');
  await ended(other);
  expect(takeLock(path).owner.pid).toBe(process.pid);
});

test('a process with the recorded id but another start is another process: its lock is stale and it is never signalled', async () => {
  const path = join(temporaryFolder(), 'lock');
  const other = await startSleeper();
  const recorded = { ...identify(other.pid), started: 'another boot:1' };
  writeFileSync(path, JSON.stringify(recorded));
  expect(lockHolder(path)).toBeUndefined();
  expect(signalProcess({ pid: other.pid, started: 'another boot:1', program: process.execPath }, 'SIGKILL')).toBe(
    false,
  );
  expect(takeLock(path).owner.pid).toBe(process.pid);
  expect(other.exitCode).toBeNull();
  expect(identify(other.pid)).toBeDefined();
});

test('a process with the recorded start but another program is another process', async () => {
  const other = await startSleeper();
  const real = identityOf(other.pid);
  expect(isAlive(real)).toBe(true);
  expect(isAlive({ ...real, program: '/bin/other' })).toBe(false);
});

test('a lock that holds rubbish does not lock anyone out', () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, '{"pid":');
  expect(takeLock(path).owner.pid).toBe(process.pid);
});

test('release removes the lock, and only one of its own', async () => {
  const path = join(temporaryFolder(), 'lock');
  const mine = takeLock(path);
  mine.release();
  expect(existsSync(path)).toBe(false);
  const other = await startSleeper();
  takeLock(path, other.pid);
  mine.release();
  expect(readFileSync(path, 'utf8')).toContain(String(other.pid));
});
