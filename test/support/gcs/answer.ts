import type { ServerResponse } from 'node:http';

/** What Cloud Storage answers to a request that it refuses. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** An answer before it is sent. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string | number>>;
  body?: Buffer | object;
}

/** Sends a refusal in the form of the JSON API. */
export function refusalReply({ status, reason, message, headers }: Refused): Reply {
  const errors = [{ message, domain: 'global', reason }];
  return { status, headers, body: { error: { code: status, message, errors } } };
}

export function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json; charset=UTF-8' };
  response.writeHead(status, { ...type, 'content-length': bytes?.length ?? 0, ...headers });
  response.end(bytes);
}

/** The part of a resource that `fields` asks for: names, and names of what is in a list, as in `a,list(b,c)`. */
export function pick(resource: object, fields: string | null): object {
  if (fields === null) return resource;
  const wanted = [...fields.matchAll(/(\w+)(?:\(([\w,]+)\))?/g)];
  const entries = Object.entries(resource).flatMap(([key, value]): [string, unknown][] => {
    const found = wanted.find(([, name]) => name === key);
    if (found === undefined) return [];
    const inner = found[2];
    return [[key, inner === undefined ? value : (value as object[]).map((item) => pick(item, inner))]]; // only lists have inner names
  });
  return Object.fromEntries(entries);
}
