import type { Command } from 'commander';
import { factoryPaths } from '../local/paths';
import type { Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { systemClock } from '../local/clock';
import { signalProcess, type ProcessIdentity } from '../local/identity';
import { lockHolder } from '../local/lock';
import { readState, removeState, waitForEnd } from '../local/state';
import { cleanLeftovers } from '../local/up/leftovers';
import { verb, type Runner } from './verb';

/** Draining takes as long as the parts' own stop timeouts together. */
const patienceMs = 45_000;

export function downCommand(program: Command, run: Runner): void {
  verb(program, 'down', {
    summary: 'Stop the factory of this folder',
    description:
      'Stops the factory of this folder in order: agents hand back what they hold, the dispatcher closes, Redis writes all to disk. Tasks that were accepted are done after the next `factory up`. Without a running factory it is done already, and ends what a killed one left.',
    examples: [
      ['down', 'stop it, and wait until it has stopped'],
      ['down --now', 'kill it, without waiting for agents'],
    ],
  })
    .option(
      '--now',
      'end every process at once; agents hand nothing back, their tasks are given out again after the lease',
    )
    .action(async (_options: unknown, command: Command) => run(stopFactory, command));
}

async function stopFactory({ ui, paths: pathsFor }: Context, command: Command): Promise<ExitCode> {
  const paths = pathsFor();
  const holder = lockHolder(paths.lock);
  const now = command.opts<{ now?: boolean }>().now === true;
  if (holder !== undefined) await end(holder, now);
  const ended = await cleanLeftovers(factoryPaths(paths.home).state, systemClock);
  if (readState(paths.state) !== undefined) removeState(paths.state);
  const stopped = holder !== undefined || ended.length > 0;
  ui.answer(
    { stopped, ...(ended.length > 0 ? { leftovers: ended } : {}) },
    stopped ? 'Stopped.' : `No factory runs in ${paths.home}.`,
  );
  return exitCodes.ok;
}

async function end(holder: ProcessIdentity, now: boolean): Promise<void> {
  signalProcess(holder, now ? 'SIGKILL' : 'SIGTERM');
  const left = await waitForEnd([holder], systemClock, patienceMs);
  if (left.length > 0) {
    throw new CommandError(
      exitCodes.failed,
      `the factory (process ${holder.pid}) did not stop within ${patienceMs / 1_000} s`,
      { hints: ['`factory down --now` kills it.'] },
    );
  }
}
