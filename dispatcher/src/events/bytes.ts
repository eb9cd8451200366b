/** Numbers up to 2^53 in as few bytes as they need (7 bits a byte, lowest first), for cursors. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  byte(value: number): this {
    this.#bytes.push(value & 0xff);
    return this;
  }

  number(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
    return this;
  }

  toString(): string {
    return Buffer.from(this.#bytes).toString('base64url');
  }
}

/** Throws RangeError past the end or on a number above 2^53. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(text: string) {
    this.#bytes = Buffer.from(text, 'base64url');
    // base64url decoding is lenient; a cursor is exactly what was written.
    if (this.#bytes.toString('base64url') !== text) throw new RangeError('not canonical');
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('too short');
    this.#at += 1;
    return value;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('too large');
      if (byte < 0x80) return value;
    }
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('too long');
  }
}
