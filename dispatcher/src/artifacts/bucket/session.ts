import type { Answer, Client } from './client';
import { describe, uploadPath, type NewObject } from './insert';
import { parseObject, type StoredObject } from './objects';
import type { Piece } from './pieces';
import { unavailable } from './refusal';

/** What the service made of a piece: more are to come, or the object, or there was one already. */
type Appended = { kind: 'more' } | { kind: 'stored'; object: StoredObject } | { kind: 'present' };

/** An upload in pieces, of which nobody sees anything before its end. */
export interface Session {
  /**
   * Sends the next piece, again from where the service has it when something broke. With the last one goes the MD5 (base64) of all, without
   * which the service makes no object of them. Throws STORE_UNAVAILABLE.
   */
  append(piece: Piece, md5?: string): Promise<Appended>;
  /** Gives the upload up; never throws, since the service forgets it by itself in a week. */
  cancel(): Promise<void>;
}

/** Begins an upload. Undefined when the object is there already. Throws STORE_UNAVAILABLE. */
export async function startSession(client: Client, made: NewObject): Promise<Session | undefined> {
  const answer = await client.ask({
    operation: 'insert',
    method: 'POST',
    path: uploadPath(made, 'resumable'),
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
    body: JSON.stringify(describe(made)),
    expects: [412],
  });
  if (answer.status === 412) return undefined;
  const path = answer.headers.get('location');
  if (path === null) throw unavailable(new Error('an upload was begun without an address'));
  return {
    append: (piece, md5) => append(client, path, piece, md5 === undefined ? {} : { 'x-goog-hash': `md5=${md5}` }),
    async cancel() {
      // 499 is how the service says yes.
      const call = { operation: 'cancel', method: 'DELETE', path, expects: [404, 410, 499] } as const;
      await client.once(call).catch(() => undefined);
    },
  };
}

async function append(
  client: Client,
  path: string,
  { bytes, offset, last }: Piece,
  sum: Readonly<Record<string, string>>,
): Promise<Appended> {
  const end = offset + bytes.length;
  const total = last ? String(end) : '*';
  let from = offset;
  let asking = false; // how much has arrived, after a failure
  for (let failures = 0; ;) {
    const rest = asking ? bytes.subarray(bytes.length) : bytes.subarray(from - offset);
    const range = rest.length === 0 ? '*' : `${from}-${from + rest.length - 1}`;
    const answer = await client
      .once({
        operation: 'append',
        method: 'PUT',
        path,
        headers: { 'content-range': `bytes ${range}/${total}`, ...sum },
        body: rest,
        expects: [308, 412],
      })
      .catch(toError);
    if (answer instanceof Error) {
      await client.pause((failures += 1), answer);
      asking = true;
      continue;
    }
    if (answer.status === 412) return { kind: 'present' };
    if (answer.status !== 308) return { kind: 'stored', object: parseObject(answer.text) };
    const arrived = arrivedBytes(answer);
    if (arrived < from || arrived > end) throw unavailable(new Error('the service lost part of an upload'));
    if (!asking && arrived === from) await client.pause((failures += 1), new Error('the service took no bytes'));
    from = arrived;
    asking = false;
    if (from === end && !last) return { kind: 'more' };
  }
}

/** Bytes from the beginning that the service keeps, as an answer 308 tells. */
function arrivedBytes({ headers }: Answer): number {
  const end = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return end === undefined ? 0 : Number(end) + 1;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
