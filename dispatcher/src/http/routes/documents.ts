import { errorCatalogue, errorCodes } from '@agent-factory/contract';
import { z } from 'zod';
import { operation } from '../operation';
import type { App } from '../types';

const codeSchema = z
  .strictObject({
    code: z.string(),
    http: z.int(),
    grpc: z.string(),
    retryable: z.boolean(),
    title: z.string(),
    hint: z.string(),
  })
  .meta({ id: 'ErrorCode' });
const codeListSchema = z.strictObject({ errors: z.array(codeSchema) }).meta({ id: 'ErrorCodeList' });

/** The document, the catalogue of errors, and the way to the page from the bare address. */
export function documentRoutes(app: App): void {
  app.get(
    '/openapi.json',
    operation({
      id: 'openapi',
      tag: 'operation',
      summary: 'This document',
      access: 'public',
      plain: true,
      ok: { 200: { schema: z.record(z.string(), z.unknown()), description: 'OpenAPI 3.1' } },
    }),
    async (_request, reply) => {
      const document: Record<string, unknown> = { ...app.swagger() };
      return reply.code(200).send(document);
    },
  );

  app.get(
    '/errors',
    operation({
      id: 'listErrors',
      tag: 'operation',
      summary: 'Every error code, what it means and what to do',
      access: 'public',
      plain: true,
      ok: {
        200: {
          schema: codeListSchema,
          description: 'HTML where the reader accepts it, else JSON',
          mediaTypes: ['application/json', 'text/html'],
        },
      },
    }),
    async (request, reply) => {
      const errors = errorCodes.map((code) => ({ code, ...errorCatalogue[code] }));
      if (request.headers.accept?.includes('text/html') !== true) return reply.code(200).send({ errors });
      return reply
        .code(200)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(page(errors) as never); // typed as JSON above
    },
  );

  app.get('/', { schema: { hide: true }, config: { access: 'public' } }, async (_request, reply) =>
    reply.redirect('/docs/', 302),
  );
}

function page(errors: readonly z.output<typeof codeSchema>[]): string {
  const rows = errors.map(
    ({ code, http, grpc, retryable, title, hint }) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${http}</td><td>${grpc}</td><td>${retryable ? 'yes' : 'no'}</td><td>${escape(title)}. ${escape(hint)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Error codes</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}td,th{padding:.4rem .8rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}:target{background:#ffc}</style>
<h1>Error codes</h1><table><thead><tr><th>Code</th><th>HTTP</th><th>gRPC</th><th>Retry</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
