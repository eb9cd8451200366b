import type { Fault } from '@agent-factory/contract';

/** Reads a file as text. */
export type ReadFile = (path: string) => string;

/** What came of a part of the configuration; with faults there is no value. */
export interface Part<T> {
  value?: T;
  faults: Fault[];
}

/** A file without the white space around it; one that cannot be read is named by the code of the failure, never quoted. */
export function readPart(name: string, path: string, readFile: ReadFile): Part<string> {
  try {
    const value = readFile(path).trim();
    return value === '' ? { faults: [{ path: name, message: 'is empty' }] } : { value, faults: [] };
  } catch (error) {
    return { faults: [{ path: name, message: `cannot be read${failureCode(error)}` }] };
  }
}

/** Why a file cannot be read, such as ` (ENOENT)`; nothing when the failure has no code. */
export function failureCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
}
