import type { FileEntry } from '../core/fileIndex';
import { groupBy } from '../core/counter';

const window = 12;
const minChars = 240;
const maxWindows = 3_000_000;
const maxPerWindow = 20;

/** Groups of files with the very same content, largest waste first. Files below `minBytes` do not count. */
export function exactDuplicates(files: readonly FileEntry[], minBytes = 200): { size: number; files: FileEntry[] }[] {
  const groups = groupBy(
    files.filter((file) => file.kind === 'file' && !file.missing && file.size >= minBytes),
    (file) => file.hash,
  );
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ size: group[0]?.size ?? 0, files: group }))
    .sort((a, b) => b.size * (b.files.length - 1) - a.size * (a.files.length - 1));
}

/** 53 bits of a string, quickly; collisions only matter when they repeat side by side. */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

export interface NearPair {
  a: FileEntry;
  b: FileEntry;
  /** Non-blank lines of `a` that also stand, in runs of at least twelve, in `b`. */
  lines: number;
  /** Where such a run begins in `a` and `b`, from 1. */
  lineA: number;
  lineB: number;
}

/** Finds runs of equal code between files, whatever their indentation; give each file once, then ask for `pairs`. */
export class NearDuplicates {
  private readonly seen = new Map<number, { file: number; line: number; index: number }[]>();
  private readonly files: FileEntry[] = [];
  private readonly shared = new Map<string, { covered: Set<number>; lineA: number; lineB: number }>();
  private windows = 0;
  /** Whether the bound on memory was reached, so that later files were left out. */
  full = false;

  add(file: FileEntry, text: string): void {
    if (this.windows > maxWindows) {
      this.full = true;
      return;
    }
    const id = this.files.push(file) - 1;
    const lines: { text: string; number: number }[] = [];
    let number = 0;
    for (const raw of text.split('\n')) {
      number += 1;
      const line = raw.trim();
      if (line.length > 1 && line.length < 500) lines.push({ text: line, number });
    }
    const hashes = lines.map((line) => hash(line.text));
    for (let index = 0; index + window <= lines.length; index += 1) {
      let chars = 0;
      let combined = 0;
      for (let at = index; at < index + window; at += 1) {
        chars += lines[at]?.text.length ?? 0;
        combined = (combined * 31 + (hashes[at] ?? 0)) % 9007199254740881;
      }
      if (chars < minChars) continue;
      this.place(combined, id, lines[index]?.number ?? 1, index);
    }
  }

  private place(key: number, file: number, line: number, index: number): void {
    const known = this.seen.get(key);
    if (!known) {
      this.windows += 1;
      if (this.windows <= maxWindows) this.seen.set(key, [{ file, line, index }]);
      return;
    }
    for (const other of known) {
      if (other.file === file) continue;
      const pair = `${other.file} ${file}`;
      const shared = this.shared.get(pair) ?? { covered: new Set<number>(), lineA: other.line, lineB: line };
      for (let at = 0; at < window; at += 1) shared.covered.add(other.index + at);
      this.shared.set(pair, shared);
    }
    if (known.length < maxPerWindow && !known.some((other) => other.file === file)) known.push({ file, line, index });
  }

  /** Pairs of files by shared lines, most first. */
  pairs(): NearPair[] {
    const pairs: NearPair[] = [];
    for (const [key, { covered, lineA, lineB }] of this.shared) {
      const [first, second] = key.split(' ').map(Number);
      const a = this.files[first ?? -1];
      const b = this.files[second ?? -1];
      if (a && b && a.hash !== b.hash) pairs.push({ a, b, lines: covered.size, lineA, lineB });
    }
    return pairs.sort((x, y) => y.lines - x.lines);
  }
}
