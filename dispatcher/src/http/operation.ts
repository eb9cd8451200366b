import { errorCatalogue, problemSchema, type ErrorCode } from '@agent-factory/contract';
import { z } from 'zod';
import type { Access } from './types';

/** What a success says: its schema, and its media type where that is not JSON. */
interface Success<S extends z.ZodType = z.ZodType> {
  schema: S;
  description: string;
  /** Defaults to application/json. */
  mediaTypes?: readonly string[];
  /** Of each message, where a client may ask for server-sent events instead. */
  stream?: z.ZodType;
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
  /** Errors of another wire protocol, as application/json. Such an operation answers no code but those given, and minds no query. */
  errors?: z.ZodType;
  /** Examples of the body, by name. */
  examples?: Readonly<Record<string, unknown>>;
}

/** Codes that any operation can answer: an unknown query parameter is refused like any unknown field. */
const always: readonly ErrorCode[] = ['INTERNAL', 'INVALID_ARGUMENT', 'SHUTTING_DOWN'];
const noQuery = z.strictObject({});
const ofUse: Record<'store' | 'json', readonly ErrorCode[]> = {
  store: ['STORE_UNAVAILABLE'],
  json: ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
};
const ofAccess = (access: Access): readonly ErrorCode[] =>
  access === 'public' ? [] : access === 'token' ? ['UNAUTHENTICATED'] : ['UNAUTHENTICATED', 'FORBIDDEN'];

/** Every code an operation can answer, in order, each once. */
function codesOf(spec: {
  access: Access;
  codes?: readonly ErrorCode[];
  uses?: readonly ('store' | 'json')[];
  plain?: true;
  errors?: z.ZodType;
}): ErrorCode[] {
  const uses = (spec.uses ?? []).flatMap((use) => ofUse[use]);
  return [
    ...new Set([
      ...ofAccess(spec.access),
      ...(spec.codes ?? []),
      ...uses,
      ...(spec.plain || spec.errors ? [] : always),
    ]),
  ].sort();
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
    ...(spec.plain === true || spec.errors !== undefined ? {} : { querystring: spec.querystring ?? noQuery }),
    ...(spec.params === undefined ? {} : { params: spec.params }),
    ...(spec.headers === undefined ? {} : { headers: spec.headers }),
    ...(spec.access === 'public' ? { security: [] } : { security: [{ bearer: [] }] }),
    response: { ...successes(ok), ...problems(codes, spec.errors) },
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
    Object.entries(ok).map(([status, { schema, description, stream, mediaTypes = ['application/json'] }]) => {
      const content = mediaTypes.map((type): [string, object] => [type, { schema }]);
      if (stream !== undefined) content.push(['text/event-stream', { schema: stream }]);
      return [status, { description, content: Object.fromEntries(content) }];
    }),
  );
}

function problems(codes: readonly ErrorCode[], errors: z.ZodType | undefined): Record<string, unknown> {
  const content =
    errors === undefined
      ? { 'application/problem+json': { schema: problemSchema } }
      : { 'application/json': { schema: errors } };
  const byStatus = Map.groupBy(codes, (code) => errorCatalogue[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${errorCatalogue[code].title}.`).join('\n'),
        content,
      },
    ]),
  );
}
