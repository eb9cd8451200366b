const maxText = 2_000;
/** Bytes of a line that are held; a minified file has lines of megabytes. */
const maxHeld = 8_192;

/** One line that grep found. */
export interface FoundLine {
  path: string;
  line: number;
  text: string;
}

/** Reads the output of `grep -nH --null`: `path NUL number : text`, in whatever chunks, with a bound on each line. */
export class GrepLines {
  #held: Buffer[] = [];
  #size = 0;

  /** `onLine` answers whether more is wanted. */
  constructor(private readonly onLine: (found: FoundLine) => boolean) {}

  /** Whether more is wanted. */
  push(chunk: Buffer): boolean {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#hold(chunk.subarray(from, end));
      from = end + 1;
      const found = parseLine(Buffer.concat(this.#held));
      this.#held = [];
      this.#size = 0;
      if (found !== undefined && !this.onLine(found)) return false;
    }
    this.#hold(chunk.subarray(from));
    return true;
  }

  #hold(part: Buffer): void {
    const kept = part.subarray(0, maxHeld - this.#size);
    if (kept.length === 0) return;
    this.#held.push(kept);
    this.#size += kept.length;
  }
}

function parseLine(bytes: Buffer): FoundLine | undefined {
  const nul = bytes.indexOf(0);
  const colon = bytes.indexOf(58, nul + 1);
  if (nul === -1 || colon === -1) return undefined;
  const line = Number(bytes.toString('latin1', nul + 1, colon));
  if (!Number.isInteger(line)) return undefined;
  return { path: bytes.toString('utf8', 0, nul), line, text: bytes.toString('utf8', colon + 1).slice(0, maxText) };
}
