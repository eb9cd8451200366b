import { realpath } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';

/** Folders below a home that version managers fill with one toolchain each, and with nothing else. */
const managed = [
  /^\.nvm\/versions\/node\/[^/]+$/,
  /^\.pyenv\/versions\/[^/]+$/,
  /^\.rustup\/toolchains\/[^/]+$/,
  /^\.asdf\/installs\/[^/]+\/[^/]+$/,
  /^\.local\/share\/mise\/installs\/[^/]+\/[^/]+$/,
  /^\.volta\/tools\/image\/[^/]+\/[^/]+$/,
];
const safeRoots = ['/opt/', '/nix/store/', '/snap/'];

export interface Toolchain {
  /** The folder on PATH. */
  bin: string;
  /** What to show: the toolchain whole, libraries included. */
  folder: string;
}

/** The toolchain that a folder of PATH belongs to, when it can be shown: outside /usr, and never a home beside its secrets. Pure. */
export function toolchainOf(bin: string, home: string): Toolchain | undefined {
  const folder = ['bin', 'sbin'].includes(basename(bin)) ? dirname(bin) : bin;
  const below = relative(home, folder).split(sep).join('/');
  if (managed.some((pattern) => pattern.test(below))) return { bin, folder };
  if (safeRoots.some((root) => folder.startsWith(root) && folder.length > root.length)) return { bin, folder };
  return undefined;
}

/** The toolchains of a PATH that exist, in its order, links resolved first: a link is judged by where it leads. */
export async function toolchainFolders(path: string, home: string): Promise<Toolchain[]> {
  const bins = await Promise.all(
    path
      .split(':')
      .filter((entry) => entry.startsWith('/'))
      .map((entry) => realpath(entry).catch(() => undefined)),
  );
  const found = [...new Set(bins)].flatMap((bin) => (bin === undefined ? [] : (toolchainOf(bin, home) ?? [])));
  return found.slice(0, 32);
}
