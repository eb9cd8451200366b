import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { FactoryError } from '@agent-factory/contract';
import type { Bubblewrap, Confinement, ConfinementWish, Seatbelt } from './confinement';
import { seccompFilter } from './seccomp';
import { trySandbox } from './trySandbox';
import { isNativeError } from 'node:util/types';

const run = promisify(execFile);
const probeTimeoutMs = 10_000;

/** A probe that failed, and why in one line. */
export interface NotFound {
  kind: 'missing';
  reason: string;
}

/** Absolute path of a program on a PATH. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry.startsWith('/'))) {
    const candidate = join(folder, name);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

function lastLine(error: unknown): string {
  const text = isNativeError(error) && 'stderr' in error ? String(error.stderr) : '';
  return text.trim().split('\n').at(-1) || (isNativeError(error) ? error.message : 'it failed');
}

/**
 * Runs bwrap for real with what the sandbox needs, the filter of system calls included: being installed says nothing about being allowed. Where
 * only the filter fails, such as on a kernel without seccomp, bwrap is taken without it. `architecture` is a `process.arch`.
 */
export async function probeBubblewrap(
  path: string,
  architecture: string = process.arch,
): Promise<Bubblewrap | NotFound> {
  const program = await findProgram('bwrap', path);
  if (program === undefined) return { kind: 'missing', reason: 'bubblewrap (bwrap) is not installed' };
  try {
    const { stdout } = await run(program, ['--help'], { env: {}, timeout: probeTimeoutMs });
    const disableUserns = stdout.includes('--disable-userns');
    const unfiltered = await trialWithFilter(program, disableUserns, architecture);
    return { kind: 'bubblewrap', program, disableUserns, tmpfsSize: /--size\b/.test(stdout), unfiltered };
  } catch (error) {
    return { kind: 'missing', reason: `bubblewrap is installed but does not work here: ${lastLine(error)}` };
  }
}

/** Tries the sandbox with the filter, else without: where that works the filter was to blame. Answers why there is none. */
async function trialWithFilter(
  program: string,
  disableUserns: boolean,
  architecture: string,
): Promise<string | undefined> {
  const filter = seccompFilter(architecture);
  try {
    await trySandbox(program, { disableUserns, filter });
    return filter === undefined ? `there is no filter for the architecture ${architecture}` : undefined;
  } catch (error) {
    if (filter === undefined) throw error;
    await trySandbox(program, { disableUserns, filter: undefined });
    return lastLine(error);
  }
}

/** Runs sandbox-exec for real. */
async function probeSeatbelt(): Promise<Seatbelt | NotFound> {
  const program = '/usr/bin/sandbox-exec';
  if (process.platform !== 'darwin') return { kind: 'missing', reason: 'seatbelt is part of macOS only' };
  try {
    await run(program, ['-p', '(version 1)(allow default)', '/usr/bin/true'], { env: {}, timeout: probeTimeoutMs });
    return { kind: 'seatbelt', program };
  } catch (error) {
    return { kind: 'missing', reason: `sandbox-exec does not work here: ${lastLine(error)}` };
  }
}

/** What `auto` found, and why the better ones were not taken. */
export interface Detection {
  confinement: Confinement;
  reasons: readonly string[];
}

/** Tries bubblewrap, then seatbelt; with neither there is none. */
export async function detect(path: string = process.env.PATH ?? ''): Promise<Detection> {
  const bubblewrap = await probeBubblewrap(path);
  if (bubblewrap.kind === 'bubblewrap') return { confinement: bubblewrap, reasons: [] };
  const seatbelt = await probeSeatbelt();
  if (seatbelt.kind === 'seatbelt') return { confinement: seatbelt, reasons: [] };
  const reasons = process.platform === 'darwin' ? [seatbelt.reason] : [bubblewrap.reason];
  return { confinement: { kind: 'none' }, reasons };
}

/**
 * The confinement for a wish: `auto` takes the best there is, any other kind that one or nothing. `socket` needs the
 * path of the tools container's socket. Throws a FactoryError INVALID_ARGUMENT when the wish cannot be met.
 */
export async function detectConfinement(
  wish: ConfinementWish,
  options: { toolSocket?: string | undefined; path?: string } = {},
): Promise<Confinement> {
  const path = options.path ?? process.env.PATH ?? '';
  if (wish === 'none') return { kind: 'none' };
  if (wish === 'auto') return (await detect(path)).confinement;
  if (wish === 'socket') {
    if (options.toolSocket === undefined || options.toolSocket === '')
      throw new FactoryError(
        'INVALID_ARGUMENT',
        'confinement socket needs TOOL_SOCKET, the path of the tools container’s socket',
      );
    return { kind: 'socket', path: options.toolSocket };
  }
  const found = wish === 'bubblewrap' ? await probeBubblewrap(path) : await probeSeatbelt();
  if (found.kind === 'missing') throw new FactoryError('INVALID_ARGUMENT', `confinement ${wish}: ${found.reason}`);
  return found;
}
