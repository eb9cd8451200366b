import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { CommandError, exitCodeHelp, exitCodes } from '../exit';
import { makeContext, type Verb } from '../context';
import { terminalUi } from '../output/ui';
import { signalCounter } from './countSignals';
import type { ProcessEvents } from './stopOnSignals';

export interface VerbHelp {
  summary: string;
  description?: string;
  /** Command lines without `factory`, each with what it does. */
  examples: readonly (readonly [string, string])[];
}

/** How a verb is run; tests put their own in its place. */
export type Runner = (verb: Verb, command: Command) => Promise<void>;

/** A command with what all of them have: --json, --dir, examples and the exit codes in its help. */
export function verb(parent: Command, usage: string, { summary, description, examples }: VerbHelp): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  factory ${line.padEnd(width)}  ${what}`);
  return parent
    .command(usage)
    .summary(summary)
    .description(description ?? `${summary}.`)
    .option('--json', 'answer in JSON')
    .option(
      '-C, --dir <folder>',
      'folder of the factory; without it the current one, or the nearest above that has one',
    )
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}\n\n${exitCodeHelp}`);
}

/** Runs a verb with a context made from its options; Ctrl-C aborts its signal, a second one ends the process. */
export function runnerFor(
  onExit: (code: number) => void,
  onError: (error: unknown, json: boolean) => void,
  own: Pick<ProcessEvents, 'on' | 'removeListener' | 'exit'> = process,
  now?: () => number,
): Runner {
  return async (run, command) => {
    const { json = false, dir = '.' } = command.optsWithGlobals<{ json?: boolean; dir?: string }>();
    const abort = new AbortController();
    const count = signalCounter(now);
    const interrupt = (): void => {
      const which = count();
      if (which === 'first') abort.abort();
      else if (which === 'further') own.exit(exitCodes.interrupted);
    };
    own.on('SIGINT', interrupt);
    const ui = terminalUi(json);
    try {
      checkFolder(dir);
      onExit(await run(makeContext(ui, dir, abort.signal), command));
    } catch (error) {
      ui.status('');
      onError(error, json);
    } finally {
      ui.status('');
      own.removeListener('SIGINT', interrupt);
    }
  };
}

/** A misspelt folder must not become a factory of its own. */
function checkFolder(dir: string): void {
  if (dir.trim() !== '' && statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CommandError(
    exitCodes.usage,
    `--dir: ${dir.trim() === '' ? 'the path is empty' : `${dir} is not a folder`}`,
  );
}
