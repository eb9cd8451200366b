import { errorCatalogue, isErrorCode, type ErrorCode } from '@agent-factory/contract';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

type Json = Record<string, unknown>;

const description = [
  'Tasks go in, agents work on them, results come out.',
  'Every error is `application/problem+json` (RFC 9457) with a `code` of the catalogue at `/errors`, but below `/model/v1`, where the same codes stand in the envelope of OpenAI; each response lists in `x-codes` the codes it can carry.',
  'Besides those, any address can answer what is decided outside of its route: NOT_FOUND (404) and, in the shape of RFC 9457 below `/model/v1` too, MALFORMED_REQUEST (400: no valid HTTP, or cut short), REQUEST_TIMEOUT (408), PAYLOAD_TOO_LARGE (413, for headers).',
].join('\n\n');

const tags = {
  tasks: 'Submit, read, cancel and redrive tasks',
  events: 'Server-sent events of one task or of all',
  types: 'Agent types and their queues',
  agents: 'The registry of agents',
  artifacts: 'Bytes that tasks take as inputs',
  models: 'What the model gateway offers',
  operation: 'Health, metrics and documents',
};

/** Options for @fastify/swagger: OpenAPI 3.1 from the zod schemas of the routes. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Agent Factory',
        version,
        description,
      },
      servers: [{ url: '/', description: 'This dispatcher' }],
      tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of the configuration; `x-scope` names the scope it needs',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => finishDocument({ ...jsonSchemaTransformObject(input) }),
  };
}

/** Moves codes, headers and examples to where readers of the document look for them, and drops schemas that nothing refers to. */
function finishDocument(document: Json): Json {
  for (const operation of operationsOf(document)) finishOperation(operation);
  const components = asJson(document['components']);
  const schemas = asJson(components['schemas']);
  const used = reachable(document['paths'], schemas);
  const kept = Object.fromEntries(
    Object.entries(schemas).flatMap(([name, schema]) => (used.has(name) ? [[name, spellOutKeys(schema)]] : [])),
  );
  return { ...document, components: { ...components, schemas: kept } };
}

/** Every operation of a document, whatever its path. */
function operationsOf(document: Json): Json[] {
  return Object.values(asJson(document['paths'])).flatMap((item) => Object.values(asJson(item)).map(asJson));
}

function finishOperation(operation: Json): void {
  const codes = Array.isArray(operation['x-codes']) ? operation['x-codes'].filter(isErrorCode) : [];
  const headers = asJson(operation['x-headers']);
  for (const [status, value] of Object.entries(asJson(operation['responses']))) {
    const response = asJson(value);
    const own = codes.filter((code) => String(errorCatalogue[code].http) === status);
    if (own.length > 0) response['x-codes'] = own;
    const carried = { ...requestIdHeader, ...problemHeaders(own), ...asJson(headers[status]) };
    response['headers'] = Object.fromEntries(
      Object.entries(carried).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
    );
  }
  const examples = Object.entries(asJson(operation['x-examples']));
  if (examples.length > 0) {
    for (const media of Object.values(asJson(asJson(operation['requestBody'])['content'])))
      asJson(media)['examples'] = Object.fromEntries(examples.map(([name, value]) => [name, { value }]));
  }
  delete operation['x-codes'];
  delete operation['x-headers'];
  delete operation['x-examples'];
}

const requestIdHeader = { 'X-Request-Id': 'Names the request in the log' };

function problemHeaders(codes: readonly ErrorCode[]): Record<string, string> {
  return {
    ...(codes.includes('UNAUTHENTICATED') ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(codes.some((code) => [429, 503].includes(errorCatalogue[code].http))
      ? { 'Retry-After': 'Seconds to wait before the next try' }
      : {}),
  };
}

/** A record whose keys are an enum, as an object with those properties: many readers of schemas know no propertyNames. */
function spellOutKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(spellOutKeys);
  const { propertyNames, additionalProperties, ...rest } = asJson(value);
  const names = asJson(propertyNames)['enum'];
  const spelled =
    Array.isArray(names) && Array.isArray(rest['required'])
      ? {
          ...rest,
          properties: Object.fromEntries(names.map((name) => [name, additionalProperties])),
          additionalProperties: false,
        }
      : value;
  return Object.fromEntries(Object.entries(spelled).map(([key, item]) => [key, spellOutKeys(item)]));
}

/** Names of the schemas that a value refers to, through others too. */
function reachable(value: unknown, schemas: Json): Set<string> {
  const found = new Set<string>();
  const rest: unknown[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, item] of Object.entries(next)) {
      const name = key === '$ref' && typeof item === 'string' ? item.replace('#/components/schemas/', '') : undefined;
      if (name === undefined) rest.push(item ?? null);
      else if (!found.has(name)) {
        found.add(name);
        rest.push(schemas[name] ?? null);
      }
    }
  }
  return found;
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}; // any object is a record of unknowns
}
