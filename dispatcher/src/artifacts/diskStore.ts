import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { digestSchema, FactoryError, limits } from '@agent-factory/contract';
import { createHolds } from './holds';
import { measure } from './measure';
import type { ArtifactStore } from './port';
import { sweepFolder, type Retention } from './retention';
import { createSpace } from './space';
import { writeNew } from './writeNew';

export interface DiskStoreOptions extends Retention {
  /** Folder that the store alone uses; made when it is missing. */
  folder: string;
  /** Largest artifact in bytes. Defaults to that of the contract; `maxTotalBytes` holds besides. */
  maxBytes?: number;
  now?: () => number;
}

/** Artifacts as files `{first two digits}/{rest}` of a folder; an upload is a file under `incoming` until it is whole. */
export function createDiskStore(options: DiskStoreOptions): ArtifactStore {
  const { folder, maxAgeMs, maxTotalBytes, now = Date.now } = options;
  const maxBytes = Math.min(options.maxBytes ?? limits.artifactBytes, maxTotalBytes);
  const incoming = path.join(folder, 'incoming');
  const held = createHolds();
  const parts = new Set<string>();
  const swept = { folder, holds: held, underWay: (file: string): boolean => parts.has(file) };
  const space = createSpace({
    maxTotalBytes,
    sweep: (most) => sweepFolder(swept, { maxAgeMs, maxTotalBytes: most }, now()),
  });

  /** Counts as use. A sweep that runs meanwhile either spares the file or has taken it before. */
  const sizeAndTouch = (digest: string): Promise<number | undefined> => {
    const file = fileOf(folder, digest);
    return held.during(file, async () => {
      try {
        const { size } = await stat(file);
        const time = new Date(now());
        await utimes(file, time, time);
        return size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  };

  /** Takes in an upload by way of `part`, which is gone afterwards. */
  const receive = async (part: string, file: string, digest: string, bytes: Readable) => {
    const share = space.share();
    parts.add(part);
    try {
      const measured = measure(bytes, maxBytes);
      await writeNew(part, measured.parts(), (more) => share.take(more));
      measured.require(digest);
      const { size } = measured;
      const created = await share.keep(size, async () => {
        if ((await sizeAndTouch(digest)) !== undefined) return false;
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        const time = new Date(now());
        await utimes(part, time, time); // before it is an artifact, so that no sweep sees it unused
        await rename(part, file);
        return true;
      });
      return { digest, size, created };
    } finally {
      await rm(part, { force: true });
      parts.delete(part);
      share.end();
    }
  };

  return {
    async put(digest, bytes) {
      const file = fileOf(folder, digest);
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const part = path.join(incoming, randomUUID());
      return held.during(part, () => receive(part, file, digest, bytes));
    },

    async get(digest) {
      const size = await sizeAndTouch(digest);
      if (size === undefined) throw notFound(digest);
      // Opened before the answer starts: from here on a sweep cannot take it away.
      const handle = await open(fileOf(folder, digest)).catch((error: unknown) => {
        throw isMissing(error) ? notFound(digest) : error;
      });
      return { digest, size, bytes: handle.createReadStream() satisfies Readable };
    },

    has: async (digest) => (await sizeAndTouch(digest)) !== undefined,
    sweep: () => space.sweep(),
    async check() {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      await access(incoming, constants.W_OK);
    },
  };
}

/** Only digests of the exact form become paths. */
function fileOf(folder: string, digest: string): string {
  const hex = digestSchema.parse(digest).slice('sha256:'.length);
  return path.join(folder, hex.slice(0, 2), hex.slice(2));
}

function notFound(digest: string): FactoryError {
  return new FactoryError('ARTIFACT_NOT_FOUND', `there is no ${digest}`);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
