import type { IncomingHttpHeaders } from 'node:http';
import { pick, Refused, type Reply } from './answer';
import { invalid, resourceOf, type Bucket, type Described } from './bucket';
import type { Asked } from './faults';
import { readMultipart, type Uploads } from './uploads';

/** A request whose body was read. */
export interface Served {
  kind: Asked;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Scheme and host as the caller knows them. */
  origin: string;
  pageSize: number;
}

export interface Held {
  bucket: Bucket;
  uploads: Uploads;
  denied: ReadonlySet<string>;
}

const rights: Partial<Record<Asked, string>> = {
  stat: 'storage.objects.get',
  read: 'storage.objects.get',
  touch: 'storage.objects.update',
  delete: 'storage.objects.delete',
  list: 'storage.objects.list',
  insert: 'storage.objects.create',
  start: 'storage.objects.create',
};

/** The right that a request needs; undefined where it needs none of its own. */
export const rightOf = (kind: Asked): string | undefined => rights[kind];

const uploadParameters = ['uploadType', 'name', 'ifGenerationMatch', 'fields'];
const parameters: Record<Asked, readonly string[]> = {
  stat: ['generation', 'fields', 'ifGenerationMatch', 'ifMetagenerationMatch'],
  read: ['alt', 'generation', 'ifGenerationMatch', 'ifMetagenerationMatch'],
  touch: ['generation', 'fields', 'ifGenerationMatch', 'ifMetagenerationMatch'],
  delete: ['generation', 'ifGenerationMatch', 'ifMetagenerationMatch'],
  list: ['prefix', 'maxResults', 'pageToken', 'fields'],
  check: ['permissions'],
  insert: uploadParameters,
  start: uploadParameters,
  append: [...uploadParameters, 'upload_id'],
  ask: [...uploadParameters, 'upload_id'],
  cancel: [...uploadParameters, 'upload_id'],
};

/** Does what is asked. `keeps`: bytes of a piece that are kept. Throws Refused. */
export function answerTo(served: Served, held: Held, keeps?: number): Reply {
  const { kind, url } = served;
  const { bucket } = held;
  const query = url.searchParams;
  for (const name of query.keys())
    if (!parameters[kind].includes(name)) throw new Refused(400, 'invalidParameter', `Unknown parameter ${name}`);
  const [, named = '', rest = ''] = /^(?:\/upload)?\/storage\/v1\/b\/([^/]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  if (named !== bucket.name) throw new Refused(404, 'notFound', 'The specified bucket does not exist.');
  const encoded = /^o\/([^/]+)$/.exec(rest)?.[1];
  const fields = query.get('fields');
  const resource = (object: Parameters<typeof resourceOf>[1]): Reply => ({
    status: 200,
    body: pick(resourceOf(bucket.name, object), fields),
  });
  if (kind === 'check') {
    const permissions = query.getAll('permissions').filter((right) => !held.denied.has(right));
    return { status: 200, body: { kind: 'storage#testIamPermissionsResponse', permissions } };
  }
  if (kind === 'list') return list(served, bucket);
  if (encoded === undefined) {
    if (rest !== 'o') throw new Refused(404, 'notFound', 'Not Found');
    return upload(served, held, resource, keeps);
  }
  const found = bucket.find(decodeURIComponent(encoded), query);
  if (kind === 'touch') return resource(bucket.patch(found, JSON.parse(served.body.toString()) as Described));
  if (kind === 'delete') {
    bucket.objects.delete(found.name);
    return { status: 204 };
  }
  return kind === 'read' ? read(found.bytes, served.headers.range) : resource(found);
}

function read(bytes: Buffer, range: string | undefined): Reply {
  if (range === undefined) return { status: 200, body: bytes };
  const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? NaN);
  if (!(from < bytes.length))
    throw new Refused(416, 'requestedRangeNotSatisfiable', 'The requested range cannot be satisfied.');
  const headers = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  return { status: 206, headers, body: bytes.subarray(from) };
}

function list({ url, pageSize }: Served, bucket: Bucket): Reply {
  const query = url.searchParams;
  const after = query.get('pageToken') ?? '';
  const most = Math.min(pageSize, Number(query.get('maxResults') ?? 1_000));
  const names = [...bucket.objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '')).sort();
  const page = names.filter((name) => name > after).slice(0, most);
  const last = page.at(-1);
  const items = page.flatMap((name) => bucket.objects.get(name) ?? []).map((one) => resourceOf(bucket.name, one));
  const body = {
    kind: 'storage#objects',
    ...(items.length === 0 ? {} : { items }),
    ...(last === undefined || last === names.at(-1) ? {} : { nextPageToken: last }),
  };
  return { status: 200, body: pick(body, query.get('fields')) };
}

function upload(
  { kind, url, headers, body, origin }: Served,
  { bucket, uploads }: Held,
  resource: (object: Parameters<typeof resourceOf>[1]) => Reply,
  keeps: number | undefined,
): Reply {
  const query = url.searchParams;
  const id = query.get('upload_id') ?? '';
  if (kind === 'insert' || kind === 'start') {
    const name = query.get('name');
    const read = kind === 'insert' ? readMultipart(headers['content-type'] ?? '', body) : undefined;
    const described = read?.described ?? (JSON.parse(body.toString()) as Described);
    if (name === null || (described.name !== undefined && described.name !== name)) throw invalid('name');
    if (read !== undefined) return resource(bucket.insert(name, read.bytes, described, query));
    const session = new URL(url.pathname + url.search, origin);
    session.searchParams.set('upload_id', uploads.start(name, described, query));
    return { status: 200, headers: { location: session.href } };
  }
  if (kind === 'cancel') {
    uploads.cancel(id);
    return { status: 499 };
  }
  const sum = headers['x-goog-hash'];
  const range = headers['content-range'] ?? '';
  const found = uploads.append(id, range, body, { sum: sum === undefined ? undefined : String(sum), keeps });
  if (typeof found !== 'number') return resource(found);
  return { status: 308, headers: found === 0 ? {} : { range: `bytes=0-${found - 1}` } };
}
