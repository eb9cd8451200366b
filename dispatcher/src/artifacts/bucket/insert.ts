import { randomUUID } from 'node:crypto';
import type { Client } from './client';
import { objectFields, parseObject, type StoredObject } from './objects';

/** What an upload becomes. */
export interface NewObject {
  bucket: string;
  name: string;
  /** Milliseconds since 1970. */
  usedAt: number;
}

/** Query of every upload: it makes a new object or none. */
export function uploadPath({ bucket, name }: NewObject, type: 'multipart' | 'resumable'): string {
  const query = `uploadType=${type}&name=${encodeURIComponent(name)}&ifGenerationMatch=0&fields=${objectFields}`;
  return `/upload/storage/v1/b/${bucket}/o?${query}`;
}

/** What is said about the bytes. */
export function describe({ name, usedAt }: NewObject): Record<string, string> {
  return { name, contentType: 'application/octet-stream', customTime: new Date(usedAt).toISOString() };
}

/**
 * Uploads bytes in one request, which the service takes only with this MD5 (base64). Undefined when the object is there already; that is also
 * the answer to an upload that was made again because the answer to the first was lost.
 */
export async function insertObject(
  client: Client,
  made: NewObject,
  bytes: Uint8Array<ArrayBuffer>,
  md5: string,
): Promise<StoredObject | undefined> {
  const boundary = randomUUID();
  const head = [
    `--${boundary}`,
    'content-type: application/json; charset=UTF-8',
    '',
    JSON.stringify({ ...describe(made), md5Hash: md5 }),
    `--${boundary}`,
    'content-type: application/octet-stream',
    '',
    '',
  ].join('\r\n');
  const answer = await client.ask({
    operation: 'insert',
    method: 'POST',
    path: uploadPath(made, 'multipart'),
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    expects: [412],
  });
  return answer.status === 412 ? undefined : parseObject(answer.text);
}
