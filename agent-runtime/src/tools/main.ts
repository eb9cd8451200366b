import { randomBytes } from 'node:crypto';
import { unlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { env as names } from '@agent-factory/contract';
import { readyLine } from './client/readyLine';
import { startHealth } from '../health';
import { markerVariable } from './process/sweep';
import { ToolServer } from './server/server';
import { messageOf } from './errors';

/** A process that was started for one peer ends when none comes. */
const firstPeerMs = 30_000;

/** Tools give way to agents, and are the first to go when memory runs out. */
function stepBack(): void {
  try {
    setPriority(5);
    if (process.platform === 'linux') writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // a system that does not allow it
  }
}

async function main(): Promise<void> {
  stepBack();
  const { env } = process;
  const once = process.argv.includes('--once');
  const socketPath = env[names.toolSocket];
  if (socketPath === undefined) throw new Error(`${names.toolSocket} names no socket`);
  if (!once) {
    process.umask(0o007); // the agent is another user of the group, and works in folders made here
    try {
      unlinkSync(socketPath); // left by an earlier run of this container
    } catch {
      // there is none
    }
  }
  const server = new ToolServer({
    socketPath,
    once,
    workspaceRoot: once ? undefined : env[names.workspaceRoot],
    session: env[markerVariable] ?? randomBytes(9).toString('base64url'),
    pidNamespace: env[names.toolPidNamespace] === '1',
    scratch: once ? undefined : env[names.toolScratch],
    env: { PATH: env['PATH'], LANG: env['LANG'] },
    onEnd: () => process.exit(0),
  });
  process.on('SIGTERM', () => void server.stop());
  process.on('SIGINT', () => void server.stop());
  if (once) setTimeout(() => server.stopIfIdle(), firstPeerMs).unref();
  await server.listen();
  const port = Number(env[names.healthPort] ?? Number.NaN);
  if (!once && Number.isInteger(port)) await startHealth(port, () => true);
  process.stdout.write(`${readyLine}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
