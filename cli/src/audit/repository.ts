import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { CommandError, exitCodes } from '../exit';
import { git, GitError } from './git';
import { inertOptions } from './inert';

/** A repository as the audit found it. */
export interface Repository {
  /** Absolute path of its top folder (or of the bare repository). */
  path: string;
  name: string;
  /** Commit that is audited. */
  head: string;
  /** Branch, or undefined when HEAD is detached. */
  branch: string | undefined;
  /** Its history is cut. */
  shallow: boolean;
  files: number;
  /** Changed and untracked files, which the audit does not see. */
  uncommitted: number;
}

/** Looks at the repository at a path. Throws a CommandError `usage` when it is not one, or has no commit. */
export async function openRepository(path: string): Promise<Repository> {
  if (path.trim() === '') throw refuse('the path of the repository is empty');
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw refuse(`${folder} is not a folder`);
  const bare = (await ask(folder, ['rev-parse', '--is-bare-repository'])) === 'true';
  const top = bare
    ? await ask(folder, ['rev-parse', '--absolute-git-dir'])
    : await ask(folder, ['rev-parse', '--show-toplevel']);
  const head = await git(['-C', top, 'rev-parse', '--verify', '-q', 'HEAD^{commit}']).catch(() => '');
  if (head === '') throw refuse(`the Git repository ${top} has no commit yet`);
  const [branch, shallow, files, changes, origin] = await Promise.all([
    git(['-C', top, 'symbolic-ref', '-q', '--short', 'HEAD']).catch(() => ''),
    ask(top, ['rev-parse', '--is-shallow-repository']),
    git(['-C', top, 'ls-tree', '-r', '--name-only', '-z', 'HEAD']),
    bare ? '' : changesIn(top),
    git(['-C', top, 'remote', 'get-url', 'origin']).catch(() => ''),
  ]);
  return {
    path: top,
    name: nameOf(origin.trim()) ?? nameOf(top, true) ?? 'repository',
    head: head.trim(),
    branch: branch.trim() === '' ? undefined : branch.trim(),
    shallow: shallow === 'true',
    files: count(files),
    uncommitted: count(changes),
  };
}

/** The last part of an address, as people call the repository; a path counts only when asked for. */
function nameOf(address: string, isPath = false): string | undefined {
  if (!isPath && !/^[a-z+]+:\/\/|^[^/]+:/.test(address)) return undefined;
  return basename(address.replace(/^[^/]+:(?!\/\/)/, '')).replace(/\.git$/, '') || undefined;
}

async function changesIn(top: string): Promise<string> {
  const status = ['-C', top, 'status', '--porcelain', '-z', '--untracked-files=normal'];
  return git([...(await inertOptions(top)), ...status]).catch(() => '');
}

async function ask(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await git(['-C', folder, ...args])).trim();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw refuse(
      /not a git repository/i.test(error.message)
        ? `${folder} is not in a Git repository`
        : `git refuses ${folder}: ${error.message}`,
    );
  }
}

function refuse(message: string): CommandError {
  return new CommandError(exitCodes.usage, `--repo: ${message}`);
}

function count(zeroEnded: string): number {
  return zeroEnded.split('\0').filter((entry) => entry !== '').length;
}
