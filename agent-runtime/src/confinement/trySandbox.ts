import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const timeoutMs = 10_000;
const keptBytes = 4_096;

/**
 * Runs `true` in bwrap with the namespaces and the view of /proc and /dev that a sandbox has. `filter`: the filter of system calls, as for
 * `--seccomp`. Rejects with the last line of what bwrap said.
 */
export async function trySandbox(
  program: string,
  { disableUserns, filter }: { disableUserns: boolean; filter: Buffer | undefined },
): Promise<void> {
  const args = [
    ['--unshare-all', '--unshare-user', '--die-with-parent', '--new-session'],
    disableUserns ? ['--disable-userns'] : [],
    ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--uid', '1000', '--gid', '1000'],
    filter === undefined ? [] : ['--seccomp', '3'],
    ['true'],
  ].flat();
  const child = spawn(program, args, {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe', filter === undefined ? 'ignore' : 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-keptBytes)));
  if (filter !== undefined) {
    const pipe = child.stdio[3] as Writable; // asked for as a pipe above
    pipe.on('error', () => undefined); // bwrap ended before it read it; its exit says why
    pipe.end(filter);
  }
  await closed;
  if (child.exitCode === 0) return;
  const how = child.signalCode === null ? `exit code ${child.exitCode}` : `ended by ${child.signalCode}`;
  throw new Error(said.trim().split('\n').at(-1) || how);
}
