import { StringDecoder } from 'node:string_decoder';

/** Keeps the first bytes of a stream, and hands them on as text while they come. The rest is counted as dropped. */
export class Capture {
  readonly #chunks: Buffer[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #kept = 0;
  #truncated = false;

  constructor(
    private readonly maxBytes: number,
    private readonly onText: (text: string) => void,
  ) {}

  get truncated(): boolean {
    return this.#truncated;
  }

  push(chunk: Buffer): void {
    const room = this.maxBytes - this.#kept;
    if (chunk.length > room) this.#truncated = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#kept += kept.length;
    const text = this.#decoder.write(kept);
    if (text !== '') this.onText(text);
  }

  /** All that was kept, as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
