import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolOutput } from '@agent-factory/contract';
import { globMatcher } from '../workspace/glob';
import type { Folder } from '../workspace/workspace';
import type { Tool } from './context';

type Entry = ToolOutput<'list_files'>['entries'][number];

/** Entries looked at before the listing is cut, whatever the glob lets through. */
const maxLooked = 500_000;
/** Named, but not looked into when met on the way: thousands of files that nobody asked for. */
const closedFolders = new Set(['.git']);

function kindOf(entry: Dirent): Entry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Lists depth first in the order of names. Folders are opened through their parent, never through a link. */
export const listFiles: Tool<'list_files'> = async (input, { workspace, signal }) => {
  const matches = input.glob === undefined ? () => true : globMatcher(input.glob);
  const start = await workspace.folder(input.path);
  const prefix = workspace.name(start.path) === '.' ? '' : `${workspace.name(start.path)}/`;
  const entries: Entry[] = [];
  let [looked, truncated] = [0, false];

  const walk = async (folder: Pick<Folder, 'at'>, below: string, depth: number): Promise<void> => {
    const found = await readdir(folder.at(''), { withFileTypes: true }).catch((): Dirent[] => []);
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of found) {
      signal.throwIfAborted();
      looked += 1;
      const path = below + entry.name;
      if (prefix + path === '.home') continue;
      const kind = kindOf(entry);
      if (matches(path)) {
        if (entries.length >= input.limit) truncated = true;
        else {
          const stats = kind === 'file' ? await lstat(folder.at(entry.name)).catch(() => undefined) : undefined;
          entries.push({ path: prefix + path, kind, size: stats?.size ?? 0 });
        }
      }
      if (looked > maxLooked) truncated = true;
      if (truncated) return;
      if (kind !== 'folder' || depth >= input.depth || closedFolders.has(entry.name)) continue;
      const child = await openChild(folder, entry.name);
      if (child === undefined) continue; // gone, unreadable, or a link by now
      try {
        await walk(child.folder, `${path}/`, depth + 1);
      } finally {
        await child.handle.close();
      }
    }
  };
  try {
    await walk(start, '', 1);
  } finally {
    await start.close();
  }
  return { entries, truncated };
};

async function openChild(
  parent: Pick<Folder, 'at'>,
  name: string,
): Promise<{ handle: FileHandle; folder: Pick<Folder, 'at'> } | undefined> {
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
  const path = parent.at(name);
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => undefined);
  if (handle === undefined) return undefined;
  const base = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path;
  return { handle, folder: { at: (child) => join(base, child) } };
}
