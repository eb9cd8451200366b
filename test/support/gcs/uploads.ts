import { randomUUID } from 'node:crypto';
import { invalid, type Bucket, type Described, type HeldObject } from './bucket';
import { Refused } from './answer';

interface OpenUpload {
  name: string;
  described: Described;
  query: URLSearchParams;
  bytes: Buffer;
  /** Once it has become one. */
  object?: HeldObject;
}

const chunkUnit = 262_144;

/** The two parts of a multipart/related upload. */
export function readMultipart(type: string, body: Buffer): { described: Described; bytes: Buffer } {
  const boundary = /^multipart\/related; boundary=([\w-]+)$/.exec(type)?.[1];
  if (boundary === undefined) throw new Refused(400, 'badContent', 'Missing multipart boundary');
  const close = Buffer.from(`\r\n--${boundary}--`);
  const parts: Buffer[] = [];
  let from = body.indexOf(`--${boundary}\r\n`);
  for (const next of [`\r\n--${boundary}\r\n`, close]) {
    const end = next === close ? body.lastIndexOf(close) : body.indexOf(next, from);
    const head = body.indexOf('\r\n\r\n', from);
    if (from < 0 || end < 0 || head < 0 || head > end) throw new Refused(400, 'badContent', 'Malformed multipart body');
    parts.push(body.subarray(head + 4, end));
    from = end + 2;
  }
  const [json, bytes] = parts;
  if (json === undefined || bytes === undefined) throw new Refused(400, 'badContent', 'Malformed multipart body');
  return { described: JSON.parse(json.toString()) as Described, bytes };
}

/** Uploads in pieces. */
export class Uploads {
  private readonly open = new Map<string, OpenUpload>();

  constructor(private readonly bucket: Bucket) {}

  /** How many neither ended nor were given up. */
  get unfinished(): number {
    return [...this.open.values()].filter(({ object }) => object === undefined).length;
  }

  start(name: string, described: Described, query: URLSearchParams): string {
    this.bucket.requireCondition(name, query);
    const id = randomUUID();
    this.open.set(id, { name, described, query, bytes: Buffer.alloc(0) });
    return id;
  }

  cancel(id: string): void {
    if (!this.open.delete(id)) throw gone();
  }

  /** Keeps what comes, at most `keeps` bytes of it. Answers the object once it is whole; otherwise how many bytes there are. */
  append(
    id: string,
    range: string,
    body: Buffer,
    { sum, keeps = body.length }: { sum?: string | undefined; keeps?: number | undefined },
  ): HeldObject | number {
    const upload = this.open.get(id);
    if (upload === undefined) throw gone();
    if (upload.object !== undefined) return upload.object;
    const parsed = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range);
    if (parsed === null) throw new Refused(400, 'invalid', 'Failed to parse Content-Range header.');
    const [, first, last, total] = parsed;
    if (first !== undefined) {
      const from = Number(first);
      if (Number(last) - from + 1 !== body.length) throw new Refused(400, 'invalid', 'Wrong length of the piece.');
      if (from > upload.bytes.length)
        throw new Refused(400, 'invalid', `The offset ${first} exceeds the ${upload.bytes.length} bytes uploaded.`);
      if (total === '*' && body.length % chunkUnit !== 0)
        throw new Refused(400, 'invalid', 'Pieces but the last must be multiples of 262144 bytes.');
      const kept = body.subarray(0, keeps);
      if (from + kept.length > upload.bytes.length)
        upload.bytes = Buffer.concat([upload.bytes.subarray(0, from), kept]);
    } else if (body.length > 0) throw invalid('Content-Range');
    if (total === '*' || upload.bytes.length < Number(total)) return upload.bytes.length;
    const md5Hash = /(?:^|,)md5=([^,]+)/.exec(sum ?? '')?.[1];
    const described = md5Hash === undefined ? upload.described : { ...upload.described, md5Hash };
    upload.object = this.bucket.insert(upload.name, upload.bytes, described, upload.query);
    return upload.object;
  }
}

function gone(): Refused {
  return new Refused(410, 'gone', 'The upload session is over.');
}
