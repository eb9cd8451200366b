import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { dirname, join, sep } from 'node:path';
import type { FileEntry } from './fileIndex';

const sniffBytes = 8_000;
const cacheBytes = 48 * 1024 * 1024;

/** Why a file has no text. */
export type NoText = 'binary' | 'large' | 'missing';

/** Reads tracked files of one checkout, never through a link and never past a bound. */
export class Reader {
  private readonly realRoot: string;
  private readonly folders = new Map<string, boolean>();
  private readonly cache = new Map<string, string>();
  private cached = 0;
  /** How many files had no text, by reason; each counted once. */
  readonly skipped = new Map<string, NoText>();

  constructor(
    private readonly root: string,
    private readonly maxFileBytes: number,
  ) {
    this.realRoot = realpathSync(root);
  }

  /** The first `max` bytes, or undefined when the file cannot be read as a regular file inside the checkout. */
  head(entry: FileEntry, max: number): Buffer | undefined {
    return this.slice(entry, 0, max);
  }

  /** Up to `max` bytes from `offset`. */
  slice(entry: FileEntry, offset: number, max: number): Buffer | undefined {
    return this.withFile(entry, (fd) => {
      const wanted = Math.min(max, Math.max(0, fstatSync(fd).size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      let filled = 0;
      while (filled < wanted) {
        const got = readSync(fd, buffer, filled, wanted - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
      return buffer.subarray(0, filled);
    });
  }

  /** The whole text with LF line ends, or undefined for a binary, too large or missing file (see `skipped`). */
  text(entry: FileEntry): string | undefined {
    const known = this.cache.get(entry.path);
    if (known !== undefined) return known;
    const read = this.read(entry);
    if (typeof read === 'object') {
      this.skipped.set(entry.path, read.why);
      return undefined;
    }
    if (this.cached + read.length <= cacheBytes) {
      this.cache.set(entry.path, read);
      this.cached += read.length;
    }
    return read;
  }

  /** Newlines of a text file of any size up to `maxBytes`, or undefined when it is binary or cannot be read. */
  lines(entry: FileEntry, maxBytes: number): { lines: number; blank: number } | undefined {
    if (entry.size <= this.maxFileBytes) {
      const text = this.text(entry);
      return text === undefined ? undefined : countLines(text);
    }
    const head = this.head(entry, sniffBytes);
    if (head === undefined || isBinary(head) || entry.size > maxBytes) return undefined;
    let lines = 0;
    for (let offset = 0; offset < entry.size; offset += 1 << 20) {
      const chunk = this.slice(entry, offset, 1 << 20);
      if (chunk === undefined || chunk.length === 0) break;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    }
    return { lines, blank: 0 };
  }

  private read(entry: FileEntry): string | { why: NoText } {
    if (entry.kind !== 'file' || entry.missing) return { why: 'missing' };
    if (entry.size > this.maxFileBytes) {
      const head = this.head(entry, sniffBytes);
      return { why: head === undefined ? 'missing' : isBinary(head) ? 'binary' : 'large' };
    }
    const buffer = this.head(entry, this.maxFileBytes);
    if (buffer === undefined) return { why: 'missing' };
    return isBinary(buffer.subarray(0, sniffBytes)) ? { why: 'binary' } : decode(buffer);
  }

  private withFile<T>(entry: FileEntry, use: (fd: number) => T): T | undefined {
    if (entry.kind !== 'file' || entry.missing) return undefined;
    const path = entry.raw ? Buffer.concat([Buffer.from(`${this.root}/`), entry.raw]) : join(this.root, entry.path);
    if (!this.inside(path)) return undefined;
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      return undefined; // gone, not readable, or replaced by a link since the index was read
    }
    try {
      return fstatSync(fd).isFile() ? use(fd) : undefined;
    } catch {
      return undefined; // an I/O error on one file is no reason to fail the section
    } finally {
      closeSync(fd);
    }
  }

  /** Whether the folder of a path is really inside the checkout: a tracked file may lie behind a link made later. */
  private inside(path: string | Buffer): boolean {
    const folder = dirname(path.toString('latin1'));
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    let inside = false;
    try {
      const target = typeof path === 'string' ? dirname(path) : Buffer.from(folder, 'latin1');
      const real = realpathSync(target);
      inside = real === this.realRoot || real.startsWith(this.realRoot + sep);
    } catch {
      inside = false;
    }
    this.folders.set(folder, inside);
    return inside;
  }
}

/** Git's rule (a NUL early on), plus a large share of control characters. UTF-16 with a mark is text. */
function isBinary(head: Buffer): boolean {
  if (utf16(head) !== undefined) return false;
  if (head.includes(0)) return true;
  let controls = 0;
  for (const byte of head)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls += 1;
  return controls > head.length / 10;
}

function utf16(buffer: Buffer): 'le' | 'be' | undefined {
  if (buffer.length < 2) return undefined;
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'le';
  return buffer[0] === 0xfe && buffer[1] === 0xff ? 'be' : undefined;
}

/** Text of bytes, with LF line ends and without a byte order mark. */
function decode(buffer: Buffer): string {
  const wide = utf16(buffer);
  let text: string;
  if (wide === undefined) text = buffer.toString('utf8');
  else {
    const even = Buffer.from(buffer.subarray(0, buffer.length - (buffer.length % 2)));
    text = (wide === 'be' ? even.swap16() : even).toString('utf16le');
  }
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;
}

/** Lines of a text; a last line without a newline counts. */
export function countLines(text: string): { lines: number; blank: number } {
  let lines = 0;
  let blank = 0;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    lines += 1;
    let at = start;
    while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
    if (at === end) blank += 1;
    start = end + 1;
  }
  return { lines, blank };
}
