import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identify, type ProcessIdentity } from '../../../cli/src/local/identity';

const started: ChildProcess[] = [];

/** A process that waits until it is killed; ended after the test in any case. Resolves once it runs. */
export async function startSleeper(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("on"); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  if (child.stdout === null) throw new Error('no pipe');
  await once(child.stdout, 'data');
  return Object.assign(child, { pid: child.pid ?? 0 });
}

/** Identity of a process that lives; throws when it does not. */
export function identityOf(pid: number): ProcessIdentity {
  const identity = identify(pid);
  if (identity === undefined) throw new Error(`process ${pid} does not live`);
  return identity;
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

afterAll(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
