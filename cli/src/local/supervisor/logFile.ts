import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that cannot grow past twice `maxBytes`: at the limit it becomes `{path}.1` and starts anew. Keeps its last lines for reports of crashes. */
export class LogFile {
  private fd: number;
  private size: number;
  private tail: string[] = [];
  private partial = '';

  constructor(
    readonly path: string,
    private readonly maxBytes = 5_000_000,
    private readonly tailLines = 20,
  ) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.fd = openSync(path, 'a', 0o600);
    this.size = fstatSync(this.fd).size;
  }

  write(chunk: Buffer | string): void {
    if (this.fd === -1) return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.size > 0 && this.size + bytes.length > this.maxBytes) this.rotate();
    writeSync(this.fd, bytes);
    this.size += bytes.length;
    this.remember(bytes.toString('utf8'));
  }

  /** The last lines written in this life, the unfinished one included. */
  lastLines(count = this.tailLines): string[] {
    return [...this.tail, ...(this.partial === '' ? [] : [this.partial])].slice(-count);
  }

  close(): void {
    if (this.fd !== -1) closeSync(this.fd);
    this.fd = -1;
  }

  private rotate(): void {
    closeSync(this.fd);
    renameSync(this.path, `${this.path}.1`);
    this.fd = openSync(this.path, 'a', 0o600);
    this.size = 0;
  }

  private remember(text: string): void {
    const lines = (this.partial + text).split('\n');
    this.partial = (lines.pop() ?? '').slice(-4_000);
    this.tail = [...this.tail, ...lines.map((line) => line.slice(0, 2_000))].slice(-this.tailLines);
  }
}

/** The last lines of a log, the part before the last rotation included when the newest part is short. */
export function readLastLines(path: string, count: number): string[] {
  const read = (file: string): string[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [];
  const newest = read(path).slice(-count);
  return newest.length >= count ? newest : [...read(`${path}.1`), ...newest].slice(-count);
}
