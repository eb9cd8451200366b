/** Bytes of JSON in one frame. The largest answers are shell's (1 MiB of stdout and of stderr, escaped). */
export const maxFrameBytes = 16_777_216;

/** A frame on the wire: four bytes of length, big endian, then JSON. Throws a RangeError past `maxFrameBytes`. */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  if (body.length > maxFrameBytes) throw new RangeError(`a frame of ${body.length} bytes is too large`);
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

/** Cuts a byte stream into frames, whatever the chunks. Holds at most one frame. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #held = 0;

  /** The frames that the chunk completes. Throws on a length past `maxFrameBytes` and on what is not JSON: the stream is then lost. */
  push(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: unknown[] = [];
    for (let body = this.#take(); body !== undefined; body = this.#take()) frames.push(JSON.parse(body));
    return frames;
  }

  #take(): string | undefined {
    if (this.#held < 4) return undefined;
    const length = this.#peek(4).readUInt32BE(0);
    if (length > maxFrameBytes) throw new RangeError(`a frame of ${length} bytes is too large`);
    if (this.#held < 4 + length) return undefined;
    const all = this.#peek(4 + length);
    this.#chunks = all.length > 4 + length ? [all.subarray(4 + length)] : [];
    this.#held -= 4 + length;
    return all.toString('utf8', 4, 4 + length);
  }

  /** The first chunk, made at least so long. Joining only when a frame is whole keeps a large frame linear. */
  #peek(length: number): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    if (first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
