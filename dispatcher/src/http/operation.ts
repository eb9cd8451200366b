import { errorCatalogue, problemSchema, type ErrorCode } from '@agent-factory/contract';
import { z } from 'zod';
import type { Access } from './types';

/** What a success says: its schema, and its media type where that is not JSON. */
interface Success<S extends z.ZodType = z.ZodType> {
  schema: S;
  description: string;
  /** Defaults to application/json. */
  mediaTypes?: readonly string[];
  /** Headers it carries, with what they mean. */
  headers?: Readonly<Record<string, string>>;
}

type Optional = z.ZodType | undefined;

/** One operation of the API, as documented and as checked. */
export interface OperationSpec<
  B extends Optional,
  Q extends Optional,
  P extends Optional,
  H extends Optional,
  R extends Record<number, z.ZodType>,
> {
  id: string;
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  body?: B;
  /** Media types of the body. Defaults to application/json. */
  consumes?: readonly string[];
  querystring?: Q;
  params?: P;
  headers?: H;
  ok: { [K in keyof R]: Success<R[K] & z.ZodType> };
  /** Every code it can answer, besides those that follow from `access` and from `uses`. */
  codes?: readonly ErrorCode[];
  /** `store`: STORE_UNAVAILABLE. `json`: what a JSON body can do wrong. */
  uses?: readonly ('store' | 'json')[];
  /** It cannot fail, minds no query, and answers while the dispatcher stops too. */
  plain?: true;
  /** Examples of the body, by name. */
  examples?: Readonly<Record<string, unknown>>;
}

/** Codes that any operation can answer: an unknown query parameter is refused like any unknown field. */
const always: readonly ErrorCode[] = ['INTERNAL', 'INVALID_ARGUMENT', 'SHUTTING_DOWN'];
const noQuery = z.strictObject({});
const ofUse: Record<'store' | 'json', readonly ErrorCode[]> = {
  store: ['STORE_UNAVAILABLE'],
  json: ['MALFORMED_JSON', 'NOT_ACCEPTABLE', 'PAYLOAD_TOO_LARGE'],
};
const ofAccess = (access: Access): readonly ErrorCode[] =>
  access === 'public' ? [] : access === 'token' ? ['UNAUTHENTICATED'] : ['UNAUTHENTICATED', 'FORBIDDEN'];

/** Every code an operation can answer, in order, each once. */
function codesOf(spec: {
  access: Access;
  codes?: readonly ErrorCode[];
  uses?: readonly ('store' | 'json')[];
  plain?: true;
}): ErrorCode[] {
  const uses = (spec.uses ?? []).flatMap((use) => ofUse[use]);
  return [...new Set([...ofAccess(spec.access), ...(spec.codes ?? []), ...uses, ...(spec.plain ? [] : always)])].sort();
}

/** The options of a fastify route for an operation: its schema, which also documents it, and who may call it. */
export function operation<
  R extends Record<number, z.ZodType>,
  B extends Optional = undefined,
  Q extends Optional = undefined,
  P extends Optional = undefined,
  H extends Optional = undefined,
>(spec: OperationSpec<B, Q, P, H, R>) {
  const codes = codesOf(spec);
  const ok: Readonly<Record<string, Success>> = spec.ok;
  const schema = {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.body === undefined ? {} : { body: spec.body, consumes: spec.consumes ?? ['application/json'] }),
    ...(spec.plain === true ? {} : { querystring: spec.querystring ?? noQuery }),
    ...(spec.params === undefined ? {} : { params: spec.params }),
    ...(spec.headers === undefined ? {} : { headers: spec.headers }),
    ...(spec.access === 'public' ? { security: [] } : { security: [{ bearer: [] }] }),
    response: { ...successes(ok), ...problems(codes) },
    'x-scope': spec.access,
    'x-codes': codes,
    'x-headers': Object.fromEntries(
      Object.entries(ok).flatMap(([status, { headers }]) => (headers === undefined ? [] : [[status, headers]])),
    ),
    'x-examples': spec.examples ?? {},
  };
  return {
    // What fastify is told by type: the plain schema of each part, which at run time lies below its media type.
    schema: schema as unknown as { body: B; querystring: Q; params: P; headers: H; response: R },
    config: { access: spec.access, whileStopping: spec.plain === true },
  };
}

function successes(ok: Readonly<Record<string, Success>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ok).map(([status, { schema, description, mediaTypes = ['application/json'] }]) => [
      status,
      { description, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) },
    ]),
  );
}

function problems(codes: readonly ErrorCode[]): Record<string, unknown> {
  const byStatus = Map.groupBy(codes, (code) => errorCatalogue[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${errorCatalogue[code].title}.`).join('\n'),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
