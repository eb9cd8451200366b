import type { Command } from 'commander';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { programVersion } from '../local/programRoot';
import { verb, type Runner } from './verb';

export function versionCommand(program: Command, run: Runner): void {
  verb(program, 'version', {
    summary: 'Show the version of the factory and of Node',
    examples: [['version --json', 'for a script']],
  }).action(async (_options: unknown, command: Command) => run(showVersion, command));
}

async function showVersion({ ui }: Context): Promise<ExitCode> {
  const value = {
    factory: programVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  ui.answer(value, `factory ${value.factory} (Node ${value.node}, ${value.platform})`);
  return exitCodes.ok;
}
