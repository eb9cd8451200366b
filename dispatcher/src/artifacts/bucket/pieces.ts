/** Part of an upload that is in memory as a whole. */
export interface Piece {
  /** Good until the next piece is asked for. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where it begins. */
  offset: number;
  last: boolean;
}

/** Bytes that a piece begins with; most artifacts are small. */
const firstBytes = 65_536;

/** Cuts a stream into pieces of exactly `pieceBytes`; the last holds what is left. Holds no more than one of them, however small the parts are. */
export async function* piecesOf(
  parts: AsyncIterable<Buffer>,
  pieceBytes: number,
): AsyncGenerator<Piece, void, undefined> {
  let held = Buffer.allocUnsafeSlow(Math.min(firstBytes, pieceBytes));
  let size = 0;
  let offset = 0;
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      // Only more bytes prove that a whole piece is not the last.
      if (size === pieceBytes) {
        yield { bytes: held, offset, last: false };
        offset += size;
        size = 0;
      }
      if (size === held.length) held = grown(held, pieceBytes);
      const copied = part.copy(held, size, at);
      at += copied;
      size += copied;
    }
  }
  yield { bytes: held.subarray(0, size), offset, last: true };
}

function grown(held: Buffer<ArrayBuffer>, most: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.min(most, held.length * 4));
  held.copy(larger);
  return larger;
}
