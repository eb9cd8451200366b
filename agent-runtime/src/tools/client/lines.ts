import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const maxLine = 4_096;

/** Hands on each line of a stream, cut at 4,096 characters; the rest of a longer line is dropped. */
export function forwardLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let held = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = decoder.write(chunk).split('\n');
    parts.forEach((part, index) => {
      held = (held + part).slice(0, maxLine);
      if (index === parts.length - 1) return;
      if (held !== '') onLine(held);
      held = '';
    });
  });
  stream.on('end', () => {
    if (held !== '') onLine(held);
    held = '';
  });
  stream.on('error', () => undefined);
}
