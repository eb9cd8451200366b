import type { Readable } from 'node:stream';
import type { Artifact } from '@agent-factory/contract';

/** Bytes named by their digest, kept for a time. Every method throws STORE_UNAVAILABLE where what keeps them does not answer in time. */
export interface ArtifactStore {
  /**
   * Reads the stream to its end and keeps it, once it proves to have the digest. Twice is fine. Artifacts past the
   * total make room, oldest use first. Throws ARTIFACT_DIGEST_MISMATCH, PAYLOAD_TOO_LARGE; ARTIFACT_STORE_FULL when what is under way at once is too much.
   */
  put(digest: string, bytes: Readable): Promise<Artifact & { created: boolean }>;
  /** Counts as use. Throws ARTIFACT_NOT_FOUND. */
  get(digest: string): Promise<Artifact & { bytes: Readable }>;
  /** Whether it is there; counts as use, so that it outlives the task that names it. */
  has(digest: string): Promise<boolean>;
  /** Drops what was not used for too long, then, oldest use first, what is above the total. Answers how many. Ends early when aborted. */
  sweep(signal?: AbortSignal): Promise<number>;
  /** Rejects when artifacts cannot be kept here. */
  check(): Promise<void>;
}
