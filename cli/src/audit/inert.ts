import { git } from './git';

/**
 * Options with which git runs nothing that the repository's own configuration names when it looks at the files: no filter, no monitor.
 * Whoever hands over a repository with its .git folder would otherwise run programs here. Those of the person's own settings stay.
 */
export async function inertOptions(repository: string): Promise<string[]> {
  const pattern = String.raw`^filter\..*\.(clean|smudge|process|required)$`;
  const args = ['-C', repository, 'config', '--includes', '--show-scope', '--name-only', '-z', '--get-regexp', pattern];
  const entries = (await git(args).catch(() => '')).split('\0'); // it fails when there is no such key
  const names = entries.filter((_name, index) => ['local', 'worktree'].includes(entries[index - 1] ?? ''));
  const off = names.flatMap((name) => ['-c', name.endsWith('.required') ? `${name}=false` : `${name}=`]);
  return ['-c', 'core.fsmonitor=false', ...off];
}
