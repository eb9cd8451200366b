import { join } from 'node:path';
import { CommandError, exitCodes } from '../exit';
import { readIfThere } from '../local/files';
import { checkConfig, type ConfigFault } from './check';
import type { FactoryConfig } from './schema';

export const configFileName = 'factory.yaml';

/** Reads factory.yaml of a folder, or the file named; without one, the defaults. Throws a CommandError with every fault. */
export function loadFactoryConfig(home: string, file?: string): { config: FactoryConfig; file: string | undefined } {
  const path = file ?? join(home, configFileName);
  const text = readIfThere(path);
  if (text === undefined && file !== undefined) throw new CommandError(exitCodes.usage, `there is no file ${file}`);
  const check = checkConfig(text ?? '');
  if (check.config === undefined) {
    throw new CommandError(exitCodes.usage, `${path} has ${countOf(check.faults.length, 'fault')}`, {
      hints: check.faults.map((fault) => faultLine(path, fault)),
    });
  }
  return { config: check.config, file: text === undefined ? undefined : path };
}

/** `factory.yaml:3:5 agents.python.count: …`: the form that editors make a link of. */
export function faultLine(file: string, { line, column, path, message }: ConfigFault): string {
  return `${file}:${line}:${column} ${path}: ${message}`;
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
