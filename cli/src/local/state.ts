import { rmSync } from 'node:fs';
import { z } from 'zod';
import { readIfThere, writeFileAtomic } from './files';
import { isAlive, processIdentitySchema, signalProcess, type ProcessIdentity } from './identity';
import type { Clock } from './clock';

/** What a running factory tells other commands, and the next `up` when this one was killed. */
const localStateSchema = z.strictObject({
  version: z.literal(1),
  supervisor: processIdentitySchema,
  started_at: z.iso.datetime({ precision: 3 }),
  url: z.url().describe('Of the HTTP API'),
  grpc: z.string().describe('host:port'),
  redis: z.string().describe('Which Redis was taken'),
  confinement: z.string(),
  container: z.string().optional().describe('Name of the Docker container that runs Redis'),
  parts: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['starting', 'ready', 'crashed', 'stopped']),
      restarts: z.int().min(0),
      log: z.string(),
      process: processIdentitySchema.optional(),
    }),
  ),
});
export type LocalState = z.infer<typeof localStateSchema>;

/** The state as it was last written, or undefined when there is none or it is of another version. */
export function readState(path: string): LocalState | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return localStateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The state of the factory of this folder, when it is the one at this URL. */
export function stateOfFactoryAt(url: string, path: string): LocalState | undefined {
  const state = readState(path);
  return state !== undefined && new URL(state.url).origin === new URL(url).origin ? state : undefined;
}

export function writeState(path: string, state: LocalState): void {
  writeFileAtomic(path, `${JSON.stringify(state, null, 2)}\n`);
}

export function removeState(path: string): void {
  rmSync(path, { force: true });
}

/** The processes of a factory whose supervisor is gone, that still live. */
export function leftovers(state: LocalState): ProcessIdentity[] {
  return state.parts.flatMap(({ process: part }) => (part !== undefined && isAlive(part) ? [part] : []));
}

/**
 * Ends processes, SIGTERM first and SIGKILL after `patienceMs`; only the very processes that were recorded. Answers those that would not end.
 */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  clock: Clock,
  patienceMs = 5_000,
): Promise<ProcessIdentity[]> {
  let left = processes.filter((part) => signalProcess(part, 'SIGTERM'));
  left = await waitForEnd(left, clock, patienceMs);
  for (const part of left) signalProcess(part, 'SIGKILL');
  return waitForEnd(left, clock, 2_000);
}

/** Waits until the processes have ended; answers those that have not after `patienceMs`. They are not our children, so we can only look. */
export async function waitForEnd(
  processes: readonly ProcessIdentity[],
  clock: Clock,
  patienceMs: number,
): Promise<ProcessIdentity[]> {
  const deadline = clock.now() + patienceMs;
  let left = processes.filter(isAlive);
  while (left.length > 0 && clock.now() < deadline) {
    await clock.sleep(25);
    left = left.filter(isAlive);
  }
  return left;
}
