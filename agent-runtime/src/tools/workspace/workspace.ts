import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { isInside, refused, relativePath, toolFailed } from './paths';
import { systemCode } from '../errors';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const onLinux = process.platform === 'linux';

/** A folder held open: what it names stays the same folder, whatever is renamed or linked meanwhile. */
export interface Folder {
  /** Absolute, links resolved, as it was when it was opened. */
  path: string;
  /** The path by which to reach an entry of this very folder. */
  at(name: string): string;
  close(): Promise<void>;
}

/** The message of a system error without the path that Node puts into it. */
function reason(error: unknown): string {
  return systemCode(error) ?? 'it cannot be opened';
}

/** The folder of one task. Whatever it opens was checked after it was opened, so that no race leads outside. */
export class Workspace {
  private constructor(readonly root: string) {}

  static async open(path: string): Promise<Workspace> {
    return new Workspace(await realpath(path));
  }

  /** The path for people and later calls: relative to the workspace, `.` for itself. */
  name(path: string): string {
    return relative(this.root, path) || '.';
  }

  /** Opens a folder. With `create`, missing folders are made. Throws TOOL_REFUSED or TOOL_FAILED. */
  async folder(path: string, options: { create?: boolean } = {}): Promise<Folder> {
    const parts = relativePath(path).split('/').filter(Boolean);
    if (options.create !== true) return this.#openFolder(join(this.root, ...parts), path);
    let folder = await this.#openFolder(this.root, path);
    for (const part of parts) {
      const parent = folder;
      try {
        await mkdir(parent.at(part)).catch((error: unknown) => {
          if (reason(error) !== 'EEXIST') throw toolFailed(`${path}: ${reason(error)}`, error);
        });
        folder = await this.#openFolder(parent.at(part), path);
      } finally {
        await parent.close();
      }
    }
    return folder;
  }

  /** Absolute path of an existing folder inside, for the working directory of a program. */
  async folderPath(path: string): Promise<string> {
    const folder = await this.folder(path);
    await folder.close();
    return folder.path;
  }

  /** Opens a regular file for reading. Links are followed as long as they stay inside. */
  async file(path: string): Promise<{ handle: FileHandle; stats: Stats; path: string }> {
    const target = join(this.root, relativePath(path));
    const real = await this.#resolve(target, path);
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    const handle = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
      throw toolFailed(`${path}: ${reason(error)}`, error);
    });
    try {
      await this.#check(handle, real, path);
      const stats = await handle.stat();
      if (!stats.isFile()) throw toolFailed(`${path}: is not a regular file`);
      return { handle, stats, path: real };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The folder and name where a file is to be written, links of the name resolved. The folder is made when missing. */
  async place(path: string): Promise<{ folder: Folder; name: string; existing: Stats | undefined }> {
    const normal = relativePath(path);
    if (normal === '') throw toolFailed(`${path}: is the workspace itself`);
    const folder = await this.folder(posix.dirname(normal), { create: true });
    try {
      const name = posix.basename(normal);
      const existing = await lstat(folder.at(name)).catch(() => undefined);
      if (existing?.isSymbolicLink() !== true) return { folder, name, existing };
      const real = await this.#resolve(folder.at(name), path);
      await folder.close();
      return await this.place(this.name(real));
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  async #resolve(target: string, path: string): Promise<string> {
    const real = await realpath(target).catch((error: unknown) => {
      throw toolFailed(`${path}: ${reason(error)}`, error);
    });
    if (!isInside(this.root, real)) throw refused(`${path}: leads outside the workspace`);
    return real;
  }

  async #openFolder(target: string, path: string): Promise<Folder> {
    const real = await this.#resolve(target, path);
    const handle = await open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: unknown) => {
      throw toolFailed(`${path}: ${reason(error)}`, error);
    });
    try {
      const opened = await this.#check(handle, real, path);
      return {
        path: opened,
        at: (name) => (onLinux ? `/proc/self/fd/${handle.fd}/${name}` : join(opened, name)),
        close: () => handle.close().catch(() => undefined),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Where an open handle really is. A link swapped in between the look and the opening is found here. */
  async #check(handle: FileHandle, expected: string, path: string): Promise<string> {
    if (onLinux) {
      const real = await readlink(`/proc/self/fd/${handle.fd}`);
      if (!isInside(this.root, real)) throw refused(`${path}: leads outside the workspace`);
      return real;
    }
    const real = await realpath(expected).catch(() => '');
    const [there, held] = [await lstat(real).catch(() => undefined), await handle.stat()];
    if (!isInside(this.root, real) || there?.ino !== held.ino || there.dev !== held.dev)
      throw refused(`${path}: leads outside the workspace`);
    return real;
  }
}
