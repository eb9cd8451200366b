import { Command } from 'commander';
import { agentsCommand } from './commands/agents';
import { bootstrapCommand } from './commands/bootstrap';
import { cancelCommand } from './commands/cancel';
import { configCommand } from './commands/config';
import { downCommand } from './commands/down';
import { logsCommand } from './commands/logs';
import { runCommand } from './commands/run';
import { statusCommand } from './commands/status';
import { submitCommand } from './commands/submit';
import { tasksCommand } from './commands/tasks';
import { upCommand } from './commands/up';
import type { Runner } from './commands/verb';
import { versionCommand } from './commands/version';
import { exitCodeHelp } from './exit';

/** The `factory` command with all its verbs. */
export function makeProgram(run: Runner, version: string): Command {
  const program = new Command('factory')
    .description('A fleet of sandboxed AI agents on this machine.')
    .version(version, '-V, --version', 'show the version')
    .option('-C, --dir <folder>', 'folder of the factory; every verb takes it too')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [verb]', 'show help for a verb')
    .showHelpAfterError('`factory help` lists the verbs, `factory help VERB` explains one.')
    .addHelpText(
      'after',
      `\nStart here:\n  factory up                 start the factory, and audit the repository in this folder\n  factory help submit        how to give it work\n\n${exitCodeHelp}`,
    );
  for (const add of [
    upCommand,
    downCommand,
    statusCommand,
    runCommand,
    submitCommand,
    tasksCommand,
    logsCommand,
    cancelCommand,
    agentsCommand,
    configCommand,
    bootstrapCommand,
    versionCommand,
  ]) {
    add(program, run);
  }
  return program;
}
