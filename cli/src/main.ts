import { CommanderError, type Command } from 'commander';
import { runnerFor } from './commands/verb';
import { CommandError, exitCodes } from './exit';
import { toFailure } from './failure';
import { programVersion } from './local/programRoot';
import { endWithReader } from './output/closedOutput';
import { paint } from './output/ui';
import { makeProgram } from './program';

/** Shows a failure: as one line of JSON on stdout with --json, else as lines on stderr. */
function showFailure(error: unknown, json: boolean): void {
  const { exitCode, message, hints, code } = toFailure(error);
  process.exitCode = exitCode;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ error: { exit_code: exitCode, ...(code === undefined ? {} : { code }), message, hints } })}\n`,
    );
    return;
  }
  const head = paint('red', `${code === undefined ? 'Error' : code}: ${message}`);
  process.stderr.write([head, ...hints.map((hint) => `  ${hint}`), ''].join('\n'));
}

/** Commander ends the process itself unless told not to; a wrong command line is 2 here, help is 0. */
function throwInstead(command: Command, json: boolean): void {
  command.exitOverride();
  if (json) command.configureOutput({ writeErr: () => {} }); // the failure is told once, as JSON
  for (const sub of command.commands) throwInstead(sub, json);
}

/** What Commander says of a wrong command line, as a failure like all others. */
function usageError({ message }: CommanderError): CommandError {
  return new CommandError(exitCodes.usage, message.replace(/^error: /, ''), {
    hints: ['`factory help` lists the verbs, `factory help VERB` explains one.'],
  });
}

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const program = makeProgram(
    runnerFor((code) => (process.exitCode = code), showFailure),
    programVersion(),
  );
  throwInstead(program, json);
  try {
    if (process.argv.length <= 2) program.outputHelp();
    else await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) showFailure(error, json);
    else if (error.exitCode === 0) process.exitCode = exitCodes.ok;
    else if (json) showFailure(usageError(error), json);
    else process.exitCode = exitCodes.usage;
  }
}

endWithReader();
// The channel of the launcher would keep a finished command alive.
void main().finally(() => process.channel?.unref());
