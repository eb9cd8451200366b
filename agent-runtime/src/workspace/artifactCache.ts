import { randomBytes } from 'node:crypto';
import { mkdir, link, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCatalogue, FactoryError } from '@agent-factory/contract';
import { reasonOf, wait, type Clock } from '../clock';
import { errorCode } from '../errorCode';

/** Downloads an artifact into a new file; see `downloadArtifact`. */
export type Download = (digest: string, file: string, signal: AbortSignal) => Promise<number>;

/** Bounds of the cache: bytes kept, tries of a download, and the age past which a half download is the leftover of a killed agent. */
const cacheLimits = { bytes: 2_147_483_648, tries: 4, leftoverMs: 3_600_000 } as const;

/**
 * Artifacts by digest in `WORKSPACE_ROOT/.cache`, shared by the agents of a machine. What is in it was checked when it came, and no tool can write
 * to it. The least recently used go when it grows past its bound.
 */
export class ArtifactCache {
  readonly #folder: string;
  readonly #download: Download;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #coming = new Map<string, Promise<void>>();

  constructor(root: string, download: Download, clock: Clock, maxBytes: number = cacheLimits.bytes) {
    this.#folder = join(root, '.cache');
    this.#download = download;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Makes the folder and removes half downloads that killed agents left. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const before = this.#clock.date().getTime() - cacheLimits.leftoverMs;
    for (const entry of await this.#entries())
      if (entry.name.startsWith('part-') && entry.usedAt < before) await rm(entry.path, { force: true });
  }

  /**
   * Calls `use` with the path of the artifact, which stays until `use` is done whatever the cache does meanwhile. `privateFolder` is where
   * the agent can keep a second name of it: on the same file system, out of the tools' reach.
   */
  async withArtifact<T>(
    digest: string,
    privateFolder: string,
    signal: AbortSignal,
    use: (path: string) => Promise<T>,
  ): Promise<T> {
    const pinned = join(privateFolder, `.input-${randomBytes(8).toString('hex')}`);
    await this.#pin(digest, pinned, signal);
    try {
      return await use(pinned);
    } finally {
      await rm(pinned, { force: true });
    }
  }

  async #pin(digest: string, pinned: string, signal: AbortSignal): Promise<void> {
    const path = this.#pathOf(digest);
    // Another agent may drop it between the check and the link; a few rounds are more than enough.
    for (let round = 1; ; round += 1) {
      try {
        await link(path, pinned);
        await utimes(path, this.#clock.date(), this.#clock.date()).catch(() => undefined);
        return;
      } catch (error) {
        if (errorCode(error) !== 'ENOENT' || round > 5) throw error;
        await this.#fill(digest, path, signal);
      }
    }
  }

  /** Tasks of this agent that want the same artifact at a time share one download; each can still be aborted alone. */
  async #fill(digest: string, path: string, signal: AbortSignal): Promise<void> {
    const other = this.#coming.get(digest);
    if (other !== undefined) {
      await Promise.race([other.catch(() => undefined), aborted(signal)]);
      return;
    }
    const own = this.#fetch(digest, path, signal).finally(() => this.#coming.delete(digest));
    this.#coming.set(digest, own);
    await own;
  }

  async #fetch(digest: string, path: string, signal: AbortSignal): Promise<void> {
    const part = join(this.#folder, `part-${randomBytes(8).toString('hex')}`);
    try {
      const size = await this.#tryDownload(digest, part, signal);
      await this.#makeRoom(size);
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  async #tryDownload(digest: string, part: string, signal: AbortSignal): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#download(digest, part, signal);
      } catch (error) {
        await rm(part, { force: true });
        const again =
          error instanceof FactoryError && isPassing(error) && attempt < cacheLimits.tries && !signal.aborted;
        if (!again) throw error;
        await wait(this.#clock, 200 * 2 ** attempt, signal);
      }
    }
  }

  async #makeRoom(incoming: number): Promise<void> {
    const entries = (await this.#entries())
      .filter(({ name }) => !name.startsWith('part-'))
      .sort((a, b) => a.usedAt - b.usedAt);
    let sum = incoming + entries.reduce((total, { size }) => total + size, 0);
    for (const entry of entries) {
      if (sum <= this.#maxBytes) return;
      await rm(entry.path, { force: true });
      sum -= entry.size;
    }
  }

  async #entries(): Promise<{ name: string; path: string; size: number; usedAt: number }[]> {
    const names = await readdir(this.#folder);
    const entries = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const info = await stat(path).catch(() => undefined);
        return info === undefined ? [] : [{ name, path, size: info.size, usedAt: info.mtimeMs }];
      }),
    );
    return entries.flat();
  }

  #pathOf(digest: string): string {
    return join(this.#folder, digest.replace(':', '-'));
  }
}

function isPassing(error: FactoryError): boolean {
  return errorCatalogue[error.code].retryable || error.code === 'ARTIFACT_DIGEST_MISMATCH';
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
