import { createHash } from 'node:crypto';
import type { Measured } from '../measure';
import type { Client } from './client';
import { insertObject, type NewObject } from './insert';
import type { Objects, StoredObject } from './objects';
import { piecesOf, type Piece } from './pieces';
import { unavailable } from './refusal';
import { startSession, type Session } from './session';

export interface UploadOptions {
  client: Client;
  objects: Pick<Objects, 'remove'>;
  made: NewObject;
  /** The bytes, not yet read. */
  measured: Measured;
  /** What they must have. */
  digest: string;
  /** Bytes that are in memory at a time, to be sent again when a request fails; a multiple of 256 KiB, as the service wants it. */
  pieceBytes: number;
}

/**
 * Stores what is read, if its digest is right; in one request where it is small enough, else in pieces. The last piece leaves only when the
 * digest is known to be right, so that no wrong object is ever seen. Undefined when the object is there already.
 */
export async function upload({
  client,
  objects,
  made,
  measured,
  digest,
  pieceBytes,
}: UploadOptions): Promise<StoredObject | undefined> {
  const hash = createHash('md5'); // the checksum that the service compares; what protects from forgery is the digest
  let session: Session | undefined;
  let present = false;

  const send = async (piece: Piece, md5: string | undefined): Promise<StoredObject | undefined> => {
    if (md5 !== undefined && session === undefined) return insertObject(client, made, piece.bytes, md5);
    session ??= await startSession(client, made);
    const found = await session?.append(piece, md5);
    present = found === undefined || found.kind === 'present';
    return found?.kind === 'stored' ? found.object : undefined;
  };

  try {
    for await (const piece of piecesOf(measured.parts(), pieceBytes)) {
      hash.update(piece.bytes);
      if (piece.last) measured.require(digest);
      if (present) continue; // the rest is read for its digest alone
      const md5 = piece.last ? hash.digest('base64') : undefined;
      const stored = await send(piece, md5);
      if (stored === undefined) continue;
      if (stored.size === measured.size && stored.md5 === md5) return stored;
      await objects.remove(stored);
      throw unavailable(new Error(`${made.name} arrived with other bytes`));
    }
    await session?.cancel();
    return undefined;
  } catch (error) {
    await session?.cancel();
    throw error;
  }
}
