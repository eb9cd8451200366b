import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Target } from './provider';

const faultSchema = z.strictObject({
  /** A type token; `*` for any part of it. */
  type: z.string(),
  /** The name in the program, the physical name or the id; `*` for any part. Absent: any. */
  name: z.string().optional(),
  operation: z.enum(['create', 'read', 'update', 'delete', 'invoke']),
  kind: z.enum(['quota', 'permission', 'unavailable', 'timeout', 'half-created']),
  /** How many requests fail; default 1. */
  times: z.int().min(1).default(1),
});

/** A failure on demand, as written in `faults.json` of a state directory. */
export type Fault = z.input<typeof faultSchema>;
/** In which way a request fails. */
export type FaultKind = z.output<typeof faultSchema>['kind'];

/** The faults that are not spent yet; throws with the path of a mistake in the file. */
function readFaults(directory: string): z.output<typeof faultSchema>[] {
  const path = fileOf(directory);
  if (!existsSync(path)) return [];
  const parsed = z.array(faultSchema).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Adds a fault to those of the directory. */
export function addFault(directory: string, fault: Fault): void {
  write(directory, [...readFaults(directory), faultSchema.parse(fault)]);
}

/** The fault that is due for this request, if any; it is thereby spent once. */
export function dueFault(
  directory: string,
  operation: Fault['operation'],
  target: Pick<Target, 'type' | 'name'>,
  names: readonly string[] = [],
): FaultKind | undefined {
  const faults = readFaults(directory);
  const due = faults.find(
    (fault) =>
      fault.operation === operation &&
      matches(fault.type, target.type) &&
      (fault.name === undefined || [target.name, ...names].some((name) => matches(fault.name ?? '', name))),
  );
  if (due === undefined) return undefined;
  write(
    directory,
    faults.flatMap((fault) =>
      fault !== due ? [fault] : fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [],
    ),
  );
  return due.kind;
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function write(directory: string, faults: readonly Fault[]): void {
  mkdirSync(directory, { recursive: true });
  const temporary = `${fileOf(directory)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(faults, null, 2)}\n`);
  renameSync(temporary, fileOf(directory));
}

function fileOf(directory: string): string {
  return join(directory, 'faults.json');
}
