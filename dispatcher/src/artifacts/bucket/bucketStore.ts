import type { Readable } from 'node:stream';
import { FactoryError, limits } from '@agent-factory/contract';
import { coalesced } from '../../coalesced';
import { measure } from '../measure';
import type { ArtifactStore } from '../port';
import type { Retention } from '../retention';
import { createClient, type ClientOptions } from './client';
import { download } from './download';
import { createObjects, nameOf, type StoredObject } from './objects';
import { sweepBucket } from './sweep';
import { createTurns, type TurnsOptions } from './turns';
import { upload } from './upload';

export interface BucketStoreOptions extends Retention, ClientOptions {
  bucket: string;
  /** Largest artifact in bytes. Defaults to that of the contract; `maxTotalBytes` holds besides. */
  maxBytes?: number;
  /** Uploads at a time. Defaults to 16; 1,000 more wait for up to 30 s. */
  uploads?: TurnsOptions;
  /** Bytes by which larger uploads are sent, a multiple of 256 KiB; an upload holds some three times as many in memory. Defaults to 1 MiB. */
  pieceBytes?: number;
  /** Milliseconds without a byte of a download after which the rest is asked for anew. Defaults to 30 s. */
  idleMs?: number;
  /** Told why room could not be made after an upload. */
  onError: (error: unknown) => void;
  now?: () => number;
}

/** Part of the total that a replica adds before it makes room. */
const spare = 1 / 16;
const defaultUploads: TurnsOptions = { atOnce: 16, waiting: 1_000, waitMs: 30_000 };

/**
 * Artifacts as objects `sha256/{digits}` of a bucket of Google Cloud Storage: every replica has the same ones. An object appears whole or not at all
 * and never changes; its time of last use is its customTime, which a use sets when it is more than a sixteenth of the age, or an hour, behind. An
 * artifact stays for `maxAgeMs` after any use, and goes up to that much later.
 *
 * `maxTotalBytes` holds less strictly than on a disk: a replica that has added a sixteenth of it makes room, so R replicas together may be R/16 of
 * the total above it, and what they take in at that moment.
 */
export function createBucketStore(options: BucketStoreOptions): ArtifactStore {
  const { bucket, maxAgeMs, maxTotalBytes, idleMs = 30_000, pieceBytes = 1_048_576, now = Date.now } = options;
  const maxBytes = Math.min(options.maxBytes ?? limits.artifactBytes, maxTotalBytes);
  const slotMs = Math.max(1, Math.min(3_600_000, Math.floor(maxAgeMs / 16)));
  const client = createClient(options);
  const objects = createObjects(client, bucket);
  const turns = createTurns(options.uploads ?? defaultUploads);
  let added = 0;

  const sweep = async (signal?: AbortSignal): Promise<number> => {
    const counted = added;
    const { dropped } = await sweepBucket({
      objects,
      before: now() - maxAgeMs - slotMs,
      most: maxTotalBytes,
      slotMs,
      signal,
    });
    added -= counted;
    return dropped;
  };
  const makeRoom = coalesced(async () => {
    if (added > maxTotalBytes * spare) await sweep();
  });

  /** The object, used now; undefined when it is gone. */
  const used = async (found: StoredObject | undefined): Promise<StoredObject | undefined> =>
    found === undefined || now() - found.usedAt <= slotMs ? found : objects.touch(found, now());
  const use = async (name: string): Promise<StoredObject | undefined> => used(await objects.stat(name));

  const receive = async (digest: string, name: string, bytes: Readable) => {
    const measured = measure(bytes, maxBytes);
    const there = (await use(name)) !== undefined;
    if (!there) {
      const made = { bucket, name, usedAt: now() };
      // One that took long is as old as its beginning.
      const stored = await used(await upload({ client, objects, made, measured, digest, pieceBytes }));
      if (stored !== undefined) return { digest, size: stored.size, created: true };
    } else {
      for await (const part of measured.parts()) void part;
      measured.require(digest);
    }
    // Somebody else's: it counts as used now, and may have made room for another meanwhile.
    const found = await use(name);
    if (found === undefined) throw new FactoryError('ARTIFACT_STORE_FULL', `${digest} was dropped while it was sent`);
    return { digest, size: found.size, created: false };
  };

  return {
    async put(digest, bytes) {
      const name = nameOf(digest);
      const artifact = await turns(() => receive(digest, name, bytes));
      if (artifact.created) {
        added += artifact.size;
        await makeRoom.ask().catch(options.onError);
      }
      return artifact;
    },
    async get(digest) {
      const name = nameOf(digest);
      const object = await use(name);
      const bytes = object && (await download({ client, bucket, object, digest, idleMs }));
      if (object === undefined || bytes === undefined)
        throw new FactoryError('ARTIFACT_NOT_FOUND', `there is no ${digest}`);
      return { digest, size: object.size, bytes };
    },
    has: async (digest) => (await use(nameOf(digest))) !== undefined,
    sweep,
    check: onceWell(() => objects.check()),
  };
}

/**
 * Asks until all is well once. What is wrong from the beginning keeps a replica from being ready; an outage later on fails what needs the bucket,
 * not everything else with it.
 */
function onceWell(check: () => Promise<void>): () => Promise<void> {
  let asked: Promise<void> | undefined;
  return () => {
    asked ??= check().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
