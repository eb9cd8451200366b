import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError, exitCodes } from '../exit';
import { isErrno, readIfThere } from './files';
import { identify, isAlive, processIdentitySchema, type ProcessIdentity } from './identity';

/** Holds a folder for one supervisor. */
export interface Lock {
  owner: ProcessIdentity;
  release(): void;
}

/**
 * Takes the lock, or throws a CommandError that names its holder. A lock whose holder is gone is taken over. The file appears with its
 * content (a link to a finished file), so that nobody reads a half of it.
 */
export function takeLock(path: string, pid = process.pid): Lock {
  const owner = identify(pid);
  if (owner === undefined) throw new Error(`cannot read the start time of process ${pid}`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const mine = `${path}.${pid}`;
  writeFileSync(mine, JSON.stringify(owner), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      if (tryLink(mine, path)) return { owner, release: () => releaseLock(path, owner) };
      refuseIfHeld(path);
      dropStale(path, pid);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new CommandError(exitCodes.failed, `others keep taking the lock ${path}`);
}

/** Who holds the lock, if that process lives. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = processIdentitySchema.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data) ? parsed.data : undefined;
}

function refuseIfHeld(path: string): void {
  const holder = lockHolder(path);
  if (holder === undefined) return;
  throw new CommandError(exitCodes.failed, `a factory already runs in this folder (process ${holder.pid})`, {
    hints: ['`factory status` shows it, `factory down` stops it.'],
  });
}

/** Moves the stale file away first: of two that see it, one moves it. What was moved is looked at again, for it may have been a fresh one. */
function dropStale(path: string, pid: number): void {
  const moved = `${path}.stale-${pid}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  if (lockHolder(moved) !== undefined) tryLink(moved, path);
  rmSync(moved, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function releaseLock(path: string, owner: ProcessIdentity): void {
  if (lockHolder(path)?.pid === owner.pid) rmSync(path, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
