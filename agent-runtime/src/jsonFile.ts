import { readFile } from 'node:fs/promises';
import { FactoryError, parseOrThrow } from '@agent-factory/contract';
import type { z } from 'zod';
import { errorCode } from './errorCode';

/** Reads the JSON file that a variable names. Throws INVALID_ARGUMENT that names both, never the content. */
export async function readJsonFile<S extends z.ZodType>(
  variable: string,
  file: string,
  schema: S,
): Promise<z.output<S>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const code = errorCode(error);
    const why = code === undefined ? 'is not JSON' : `cannot be read (${code})`;
    throw new FactoryError('INVALID_ARGUMENT', `${variable}: ${file} ${why}`);
  }
  try {
    return parseOrThrow(schema, value);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw new FactoryError('INVALID_ARGUMENT', `${variable}: ${file}: ${error.detail}`, { faults: error.faults });
  }
}
