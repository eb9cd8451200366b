import {
  isErrorCode,
  problemSchema,
  type BatchResult,
  type Problem,
  type Task,
  type TaskList,
  type TypeStatus,
} from '@agent-factory/contract';
import * as contract from '@agent-factory/contract';
import { z } from 'zod';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** What tests look for in an answer; none has all of it. */
export type Body = Task &
  Problem &
  TaskList &
  BatchResult & {
    queue: TypeStatus['queue'];
    checks: Record<string, string>;
    redriven: number;
    errors: { path: string; code: string }[];
  };

/** The JSON of an answer, seen as whatever the test expects there; the document has checked it. */
export const jsonOf = (answer: Answer): Body => JSON.parse(answer.text) as Body;

const envelopeSchema = z.looseObject({ error: z.looseObject({ code: z.string() }) });

/** The code of an error, in the shape of this API or in that of the model gateway's protocol. */
export function codeOf(answer: Answer): string {
  const body = jsonOf(answer);
  return envelopeSchema.safeParse(body).data?.error.code ?? body.code;
}

const responseSchema = z.looseObject({
  'x-codes': z.array(z.string()).default([]),
  content: z.record(z.string(), z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() })).default({}),
  headers: z.record(z.string(), z.unknown()).default({}),
});
const operationSchema = z.looseObject({
  operationId: z.string(),
  'x-scope': z.string(),
  responses: z.record(z.string(), responseSchema),
  requestBody: z.unknown().optional(),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

export interface Operation {
  id: string;
  method: string;
  path: string;
  scope: string;
  takesBody: boolean;
  /** What it can answer: `200` for a success, `CODE` for a problem. */
  outcomes: string[];
  responses: z.output<typeof operationSchema>['responses'];
}

export interface Conformer {
  operations: Operation[];
  document: z.output<typeof documentSchema>;
  /** Throws when the document does not list what was answered. Addresses that it does not have are left alone, but for the shape of problems. */
  check(method: string, address: string, answer: Answer): void;
}

/** Reads the document of a running dispatcher. */
export async function conformer(url: string): Promise<Conformer> {
  const document = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Operation => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      scope: operation['x-scope'],
      takesBody: operation.requestBody !== undefined,
      outcomes: Object.entries(operation.responses).flatMap(([status, response]) =>
        response['x-codes'].length > 0 ? response['x-codes'] : [status],
      ),
      responses: operation.responses,
    })),
  );
  const schemas = schemaReader(document.components.schemas);
  return {
    operations,
    document,
    check(method, address, answer) {
      const path = address.split('?')[0] ?? '';
      const operation = operations
        .filter((one) => one.method === method && matcher(one.path).test(path))
        .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
      const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') === true;
      if (isProblem) checkProblem(answer);
      if (operation !== undefined) checkListed(operation, answer, schemas);
      else if (answer.status >= 400 && !isProblem)
        throw new Error(`${method} ${address} answers an error in another shape`);
    },
  };
}

function checkProblem(answer: Answer): void {
  const problem = problemSchema.parse(jsonOf(answer));
  expect(problem.status).toBe(answer.status);
  expect(problem.type).toBe(`/errors#${problem.code}`);
  expect(problem.instance).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('retry-after') !== null).toBe(answer.status === 429 || answer.status === 503);
  expect(answer.headers.get('www-authenticate') !== null).toBe(answer.status === 401);
}

function checkListed(
  operation: Operation,
  answer: Answer,
  schemas: (schema: Record<string, unknown>) => z.ZodType[],
): void {
  const where = `${operation.method} ${operation.path} answered ${answer.status} ${answer.text.slice(0, 300)}`;
  const response = operation.responses[String(answer.status)];
  if (response === undefined) throw new Error(`${where}: the status is not in the document`);
  for (const name of Object.keys(response.headers)) {
    if (
      ['Retry-After', 'WWW-Authenticate', 'Location', 'X-Request-Id'].includes(name) &&
      answer.headers.get(name) === null
    )
      throw new Error(`${where}: without ${name}`);
  }
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const media = response.content[type];
  if (media === undefined) throw new Error(`${where}: ${type} is not in the document`);
  if (!type.endsWith('json')) return;
  const body: unknown = JSON.parse(answer.text);
  for (const schema of schemas(media.schema ?? {})) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw new Error(`${where}: does not fit its schema: ${z.prettifyError(parsed.error)}`);
  }
  if (response['x-codes'].length === 0) return;
  const code = codeOf(answer);
  if (!isErrorCode(code) || !response['x-codes'].includes(code))
    throw new Error(`${where}: ${code} is not in the document`);
}

/** For a schema of the document: the schema itself, read back, and the zod schema of the contract that it came from. */
function schemaReader(components: Record<string, unknown>) {
  const byId = new Map<string, z.ZodType>();
  for (const exported of Object.values(contract)) {
    const id = exported instanceof z.ZodType ? exported.meta()?.['id'] : undefined;
    if (exported instanceof z.ZodType && typeof id === 'string') byId.set(id, exported);
  }
  const local = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/'));
  const definitions = local(components);
  const read = new Map<string, z.ZodType[]>();
  return (schema: Record<string, unknown>): z.ZodType[] => {
    const key = JSON.stringify(schema);
    const known = read.get(key);
    if (known !== undefined) return known;
    const own = z.fromJSONSchema({ ...(local(schema) as object), $defs: definitions } as Parameters<
      typeof z.fromJSONSchema
    >[0]); // JSON by construction
    const source =
      typeof schema['$ref'] === 'string' ? byId.get(schema['$ref'].replace('#/components/schemas/', '')) : undefined;
    const both = source === undefined ? [own] : [own, source];
    read.set(key, both);
    return both;
  };
}

function matcher(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
}
