import { lstatSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { classify, type PathKind } from './classify';

/** One path of Git's index. */
export interface FileEntry extends PathKind {
  /** Path from the root with `/`; bytes that are not UTF-8 are replaced. */
  path: string;
  /** The bytes of the path when they are not UTF-8. */
  raw: Buffer | undefined;
  /** File name, without folders. */
  name: string;
  /** Lower-case extension without the dot; empty when there is none. */
  ext: string;
  /** Folder, empty for the root. */
  dir: string;
  kind: 'file' | 'link' | 'submodule';
  executable: boolean;
  /** Object id of the blob or commit. */
  hash: string;
  /** Bytes in the working tree; 0 for links and submodules and for what is missing there. */
  size: number;
  /** Tracked, but not in the working tree as a regular file. */
  missing: boolean;
}

interface Staged {
  mode: string;
  hash: string;
  raw: Buffer;
}

/** Splits the output of `git ls-files -s -z`; a conflicted path appears once. */
export function parseStaged(output: Buffer, max: number): { staged: Staged[]; total: number } {
  const staged: Staged[] = [];
  let total = 0;
  let last: Buffer | undefined;
  for (let start = 0; start < output.length;) {
    const nul = output.indexOf(0, start);
    const end = nul === -1 ? output.length : nul;
    const record = output.subarray(start, end);
    start = end + 1;
    const tab = record.indexOf(9);
    const [mode, hash] = record.subarray(0, Math.max(tab, 0)).toString('latin1').split(' ');
    const raw = record.subarray(tab + 1);
    if (tab === -1 || mode === undefined || hash === undefined || last?.equals(raw)) continue;
    last = raw;
    total += 1;
    if (staged.length < max) staged.push({ mode, hash, raw });
  }
  return { staged, total };
}

function kindOf(mode: string): FileEntry['kind'] {
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : 'file';
}

/** Name, extension and folder of a path. A leading dot starts no extension. */
function splitPath(path: string): { name: string; ext: string; dir: string } {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  return { name, ext: dot > 0 ? name.slice(dot + 1).toLowerCase() : '', dir: slash === -1 ? '' : path.slice(0, slash) };
}

/** The entry of one staged path, with what the working tree says of it. */
export function toEntry(root: string, { mode, hash, raw }: Staged): FileEntry {
  const path = raw.toString('utf8');
  const exact = Buffer.from(path, 'utf8').equals(raw);
  const kind = kindOf(mode);
  let size = 0;
  let missing = false;
  if (kind === 'file') {
    try {
      const stat = lstatSync(exact ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), raw]));
      missing = !stat.isFile();
      size = missing ? 0 : stat.size;
    } catch {
      missing = true;
    }
  }
  const parts = splitPath(path);
  return {
    path,
    raw: exact ? undefined : Buffer.from(raw),
    ...parts,
    ...classify(path, parts.name),
    kind,
    executable: mode === '100755',
    hash,
    size,
    missing,
  };
}
