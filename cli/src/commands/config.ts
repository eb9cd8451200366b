import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig } from '../config/check';
import { configFileName, countOf, faultLine } from '../config/load';
import type { Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { isErrno } from '../local/files';
import { verb, type Runner } from './verb';

export function configCommand(program: Command, run: Runner): void {
  const config = program
    .command('config')
    .summary('Check factory.yaml')
    .description('Works with factory.yaml, the configuration of the local factory.');
  verb(config, 'check', {
    summary: 'Check a configuration file: every fault with its line, column and path',
    examples: [
      ['config check', 'factory.yaml of this folder'],
      ['config check other.yaml --json', 'another file, for a script; exit code 2 when it has faults'],
    ],
  })
    .argument('[file]', 'the file', configFileName)
    .action(async (_file: unknown, _options: unknown, command: Command) => run(check, command));
}

async function check({ ui, folder }: Context, command: Command): Promise<ExitCode> {
  const file = command.args[0] ?? join(folder, configFileName);
  const { config, faults } = checkConfig(read(file));
  const lines = config === undefined ? faults.map((fault) => faultLine(file, fault)) : [`${file} is right.`];
  const tail = config === undefined ? [countOf(faults.length, 'fault')] : [];
  ui.answer({ file, valid: config !== undefined, faults }, [...lines, ...tail].join('\n'));
  return config === undefined ? exitCodes.usage : exitCodes.ok;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EISDIR', 'EACCES')) throw error;
    throw new CommandError(exitCodes.usage, `there is no file ${file} that can be read`, {
      hints: ['It is optional: without one the defaults hold.'],
    });
  }
}
