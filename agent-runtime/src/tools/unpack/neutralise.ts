import { lstat, opendir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The settings of a repository that say how it is stored; all others are somebody else's wishes. */
const storage = /^\s*(objectformat|refstorage)\s*=\s*([a-z0-9]+)\s*$/gim;

/** The configuration that a repository keeps: how its objects and references are stored, and nothing that names a program. Pure. */
export function storageConfig(old: string, bare: boolean): string {
  const found = [...old.matchAll(storage)].map(([, name = '', value = '']) => `\t${name.toLowerCase()} = ${value}`);
  return [
    '[core]',
    `\trepositoryformatversion = ${found.length > 0 ? 1 : 0}`,
    `\tbare = ${bare}`,
    ...(found.length > 0 ? ['[extensions]', ...found] : []),
    '',
  ].join('\n');
}

/** Everything of a repository that can run a program or lead to another folder. */
const dangerous = [
  'hooks',
  'modules',
  'worktrees',
  'commondir',
  'gitdir',
  'config.worktree',
  'objects/info/alternates',
  'objects/info/http-alternates',
  'info/attributes',
  'info/grafts',
  'shallow.lock',
  'index.lock',
  'HEAD.lock',
];

/** Makes a repository's own folder harmless: no hooks, no configuration, no way to another folder. History and references stay. */
export async function neutraliseRepository(folder: string, bare: boolean): Promise<void> {
  const config = join(folder, 'config');
  const isFile = (await lstat(config).catch(() => undefined))?.isFile() === true;
  const old = isFile ? await readFile(config, 'utf8') : '';
  for (const name of [...dangerous, 'config']) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(config, storageConfig(old, bare), { flag: 'wx' });
}

/** Neutralises every repository of a freshly extracted tree: `.git` folders at any depth, and folders that are bare repositories. */
export async function neutraliseRepositories(root: string): Promise<void> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = new Map<string, 'folder' | 'other'>();
    for await (const entry of await opendir(folder)) names.set(entry.name, entry.isDirectory() ? 'folder' : 'other');
    const isRepository = names.has('HEAD') && names.get('objects') === 'folder' && names.get('refs') === 'folder';
    if (isRepository) {
      await neutraliseRepository(folder, !folder.endsWith('/.git'));
      continue;
    }
    // A .git file leads to a repository elsewhere, which the archive does not bring.
    if (names.get('.git') === 'other') await rm(join(folder, '.git'), { force: true });
    for (const [name, kind] of names) if (kind === 'folder') folders.push(join(folder, name));
  }
}
