import type { Command } from 'commander';
import { FactoryClient } from './client/factory';
import { findFactory } from './client/find';
import type { RetryPolicy } from './client/retry';
import { CommandError, exitCodes, type ExitCode } from './exit';
import { factoryPaths, findHome, type FactoryPaths } from './local/paths';
import type { Ui } from './output/ui';

/** What every verb is given. */
export interface Context {
  ui: Ui;
  /** The folder the command works in: `--dir`, else the current one. */
  folder: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** A client of the factory of this folder. Throws a CommandError `notRunning`. */
  client: (policy?: RetryPolicy) => FactoryClient;
  /** Paths of the factory that runs here or above, or would run here. */
  paths: () => FactoryPaths;
}

/** A verb: answers its exit code, or throws. */
export type Verb = (context: Context, command: Command) => Promise<ExitCode>;

export function makeContext(ui: Ui, folder: string, signal: AbortSignal): Context {
  return {
    ui,
    folder,
    signal,
    client: (policy) => new FactoryClient(findFactory(folder), { signal, ...(policy === undefined ? {} : { policy }) }),
    paths: () => factoryPaths(findHome(folder)),
  };
}

/** The error of a command that Ctrl-C ended. */
export function interrupted(hints: readonly string[] = []): CommandError {
  return new CommandError(exitCodes.interrupted, 'interrupted', { hints });
}
