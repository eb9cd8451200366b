import { FactoryError } from '@agent-factory/contract';
import packageJson from '../../package.json';
import { createLogger } from '../log';
import { createMetrics } from '../metrics';
import type { ServeDeps } from './deps';
import { createLifecycle } from './lifecycle';
import { buildServer } from './server';
import { createStreamSet } from './streams';

/** The OpenAPI document that a dispatcher with the role `serve` answers at /openapi.json, without starting one. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const never = (): never => {
    throw new FactoryError('INTERNAL', 'this server only documents itself');
  };
  const app = await buildServer({
    version: packageJson.version,
    logger: createLogger('silent'),
    metrics: createMetrics(),
    authenticator: { authenticate: async () => never() },
    lifecycle: createLifecycle(),
    health: async () => never(),
    serve: {
      // Routes are built, none is called.
      service: {} as ServeDeps['service'],
      artifacts: {} as ServeDeps['artifacts'],
      streams: createStreamSet(0),
      checkCursor: { task: never, all: never },
      listModels: never,
      collectGauges: async () => never(),
    },
  });
  try {
    return { ...app.swagger() };
  } finally {
    await app.close();
  }
}
