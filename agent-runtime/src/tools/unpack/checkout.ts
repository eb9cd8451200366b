import { lstat, opendir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolContext } from '../builtin/context';
import { gitEnvironment } from '../builtin/gitEnvironment';
import { toolFailed } from '../workspace/paths';
import { neutraliseRepository } from './neutralise';

/** The bare repository of an extracted archive: the archive itself, or its only folder. */
async function findRepository(staging: string): Promise<string> {
  const names = await readdir(staging);
  const only = names.length === 1 ? join(staging, names[0] ?? '') : staging;
  for (const folder of [staging, only]) {
    const head = await lstat(join(folder, 'HEAD')).catch(() => undefined);
    const objects = await lstat(join(folder, 'objects')).catch(() => undefined);
    if (head?.isFile() === true && objects?.isDirectory() === true) return folder;
  }
  throw toolFailed('the archive is not of a bare Git repository');
}

/** A repository that was handed over holds no links: each would be a way to somewhere else. */
async function dropLinks(root: string): Promise<void> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink()) await rm(path);
    }
  }
}

/** Makes a checkout at `target` of the bare repository in `staging`, history included. Answers the commit, or null without one. */
export async function checkOut(staging: string, target: string, context: ToolContext): Promise<string | null> {
  const { programs, signal } = context;
  const repository = await findRepository(staging);
  await dropLinks(repository);
  await neutraliseRepository(repository, false);
  await rm(join(repository, 'index'), { force: true });
  await rename(repository, join(target, '.git'));
  const git = (...args: string[]): ReturnType<typeof programs.run> =>
    programs.run({
      argv: ['git', ...args],
      cwd: target,
      env: { ...gitEnvironment({ network: false }), GIT_DIR: join(target, '.git'), GIT_WORK_TREE: target },
      timeoutMs: 600_000,
      maxOutputBytes: 65_536,
      signal,
    });
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (head.exit_code !== 0) return null;
  const reset = await git('reset', '--hard', '--quiet', 'HEAD');
  if (reset.exit_code !== 0) throw toolFailed(`the repository cannot be checked out: ${reset.stderr.trim()}`);
  return head.stdout.trim();
}
