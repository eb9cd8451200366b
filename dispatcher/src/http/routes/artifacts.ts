import { artifactSchema, digestSchema, FactoryError, limits } from '@agent-factory/contract';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';

const params = z.object({ digest: digestSchema });
const bytes = z.unknown().describe('Any bytes');
const octets = 'application/octet-stream';

/** Uploads go to the store as they come: the parser hands the stream on, and the store counts and checks it. */
export async function artifactRoutes(app: App, { artifacts }: ServeDeps): Promise<void> {
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(octets, (_request, payload, done) => done(null, payload));

    scope.put(
      '/v1/artifacts/:digest',
      operation({
        id: 'putArtifact',
        tag: 'artifacts',
        summary: 'Upload bytes under their digest',
        description: `At most ${limits.artifactBytes} bytes. Kept for the retention since last use; past the total of all, the one unused for longest makes room. Twice is fine.`,
        access: 'task:submit',
        params,
        body: bytes,
        consumes: [octets],
        ok: {
          201: { schema: artifactSchema, description: 'Kept' },
          200: { schema: artifactSchema, description: 'It was there already' },
        },
        uses: ['store'],
        codes: ['ARTIFACT_DIGEST_MISMATCH', 'ARTIFACT_STORE_FULL', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
      }),
      async (request, reply) => {
        if (Number(request.headers['content-length']) > limits.artifactBytes) throw tooLarge();
        const body = request.body instanceof Readable ? request.body : Readable.from([]);
        const { created, ...artifact } = await artifacts.put(request.params.digest, body);
        return reply.code(created ? 201 : 200).send(artifact);
      },
    );

    scope.get(
      '/v1/artifacts/:digest',
      operation({
        id: 'getArtifact',
        tag: 'artifacts',
        summary: 'Download an artifact',
        access: 'artifact:read',
        params,
        ok: { 200: { schema: bytes, description: 'The bytes', mediaTypes: [octets] } },
        uses: ['store'],
        codes: ['ARTIFACT_NOT_FOUND'],
      }),
      async (request, reply) => {
        const artifact = await artifacts.get(request.params.digest);
        return reply
          .code(200)
          .headers({ 'content-type': octets, 'content-length': artifact.size, etag: `"${artifact.digest}"` })
          .send(artifact.bytes);
      },
    );
  });
}

function tooLarge(): FactoryError {
  const message = `holds more than ${limits.artifactBytes} bytes`;
  return new FactoryError('PAYLOAD_TOO_LARGE', `the artifact ${message}`, { faults: [{ path: '(root)', message }] });
}
