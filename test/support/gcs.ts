import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { refusalReply, Refused, send, type Reply } from './gcs/answer';
import { Bucket } from './gcs/bucket';
import { askedOf, flipped, type Asked, type Fault } from './gcs/faults';
import { answerTo, rightOf, type Served } from './gcs/operations';
import { Uploads } from './gcs/uploads';

export type { Asked, Fault } from './gcs/faults';

/**
 * Cloud Storage's JSON API over one bucket, on 127.0.0.1. It refuses what the real one refuses: tokens, buckets, rights, preconditions, checksums,
 * ranges, pieces of the wrong size, custom times that go back, parameters that it does not know; and it fails on demand.
 */
export interface StorageService {
  readonly url: string;
  readonly bucket: Bucket;
  /** Uploads that neither ended nor were given up. */
  readonly unfinished: number;
  /** What it was asked so far, refused requests included. */
  readonly asked: readonly Asked[];
  /** Tokens that it takes. */
  readonly tokens: Set<string>;
  /** Rights that the caller does not have, such as storage.objects.create. */
  readonly denied: Set<string>;
  /** The next requests of a kind go wrong so, in this order. */
  fail(asked: Asked, ...faults: Fault[]): void;
  /** Resolves when the next request of a kind has arrived, before it is answered. */
  next(asked: Asked): Promise<void>;
  stop(): Promise<void>;
}

export interface StorageServiceOptions {
  bucket?: string;
  now?: () => number;
  /** Objects on a page of a list at most. Defaults to 1,000. */
  pageSize?: number;
}

export async function startStorageService(options: StorageServiceOptions = {}): Promise<StorageService> {
  const bucket = new Bucket(options.bucket ?? 'artifacts', options.now ?? Date.now);
  const uploads = new Uploads(bucket);
  const tokens = new Set(['token-1']);
  const denied = new Set<string>();
  const asked: Asked[] = [];
  const faults: { asked: Asked; fault: Fault }[] = [];
  const arrivals: { asked: Asked; arrived: () => void }[] = [];

  const server = createServer((request, response) => {
    response.on('error', () => undefined); // clients leave in the middle; that is what some tests are about
    serve(request, response).catch(() => response.destroy());
  });

  const authorize = (request: IncomingMessage, kind: Asked): void => {
    const given = request.headers.authorization;
    const bySession = kind === 'append' || kind === 'ask' || kind === 'cancel'; // their address is proof enough
    if (given === undefined ? !bySession : !tokens.has(given.replace(/^Bearer /, '')))
      throw new Refused(401, 'authError', 'Invalid Credentials');
    const right = rightOf(kind);
    if (right !== undefined && denied.has(right))
      throw new Refused(403, 'forbidden', `The caller does not have ${right} access.`);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://storage');
    const kind = askedOf(request.method ?? '', url, request.headers['content-range'] ?? '');
    if (kind === undefined) return send(response, refusalReply(new Refused(404, 'notFound', 'Not Found')));
    asked.push(kind);
    const at = faults.findIndex((one) => one.asked === kind);
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    for (const one of arrivals.filter((waiting) => waiting.asked === kind)) one.arrived();
    const body = await buffer(request);
    if (fault === 'cut') return void response.destroy();
    if (fault === 'hang') return;
    const served: Served = {
      kind,
      url,
      headers: request.headers,
      body: fault === 'bit flipped' && kind !== 'read' ? flipped(body) : body,
      origin: `http://${request.headers.host}`,
      pageSize: options.pageSize ?? 1_000,
    };
    const reply = replyTo(served, fault);
    if (fault === 'answer lost') return void response.destroy();
    sendWith(response, reply, kind === 'read' ? fault : undefined);
  };

  const replyTo = (served: Served, fault: Fault | undefined): Reply => {
    const { kind, headers } = served;
    try {
      if (typeof fault === 'object' && 'status' in fault) {
        if (fault.keeps !== undefined) answerTo(served, { bucket, uploads, denied }, fault.keeps);
        if (fault.status !== 308) throw new Refused(fault.status, 'backendError', 'On demand', fault.headers ?? {});
        return answerTo(served, { bucket, uploads, denied }, fault.keeps ?? 0);
      }
      authorize({ headers } as IncomingMessage, kind); // all that it looks at
      const reply = answerTo(served, { bucket, uploads, denied });
      if (fault !== 'stored wrong') return reply;
      const [made] = [...bucket.objects.values()].slice(-1);
      if (made === undefined) throw new Error('nothing was stored');
      made.bytes = flipped(made.bytes);
      return answerTo(served, { bucket, uploads, denied });
    } catch (error) {
      if (error instanceof Refused) return refusalReply(error);
      throw error;
    }
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    bucket,
    tokens,
    denied,
    asked,
    get unfinished() {
      return uploads.unfinished;
    },
    fail: (kind, ...more) => void faults.push(...more.map((fault) => ({ asked: kind, fault }))),
    next: (kind) => new Promise((arrived) => arrivals.push({ asked: kind, arrived })),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The answer, cut short or wrong where that was ordered. */
function sendWith(response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
  const { body } = reply;
  if (!Buffer.isBuffer(body) || fault === undefined) return send(response, reply);
  if (fault === 'bit flipped') return send(response, { ...reply, body: flipped(body) });
  if (typeof fault !== 'object' || !('sends' in fault)) return send(response, reply);
  response.writeHead(reply.status, { 'content-length': body.length, ...reply.headers });
  response.write(body.subarray(0, fault.sends), () => fault.after === 'cut' && response.destroy());
}
