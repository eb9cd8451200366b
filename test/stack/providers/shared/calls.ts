import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const callSchema = z.object({
  operation: z.string(),
  type: z.string(),
  name: z.string(),
  id: z.string().optional(),
  /** `ok`, or the code of what went wrong. */
  outcome: z.string(),
});

/** One request of the engine to a stand-in. Never a value: the log is safe to print. */
export type Call = z.infer<typeof callSchema>;

/** Adds one line to the call log of a state directory. */
export function recordCall(directory: string, call: Call): void {
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
}

/** All calls so far, in order. */
export function readCalls(directory: string): Call[] {
  const path = join(directory, 'calls.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => callSchema.parse(JSON.parse(line)));
}
