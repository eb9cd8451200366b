import { open } from 'node:fs/promises';

/** Writes to a new file, flushed to the disk. Throws what `take` throws, which is asked for room before bytes are written. */
export async function writeNew(
  file: string,
  parts: AsyncIterable<Buffer>,
  take: (bytes: number) => Promise<void>,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const part of parts) {
      await take(part.length);
      await handle.write(part);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
