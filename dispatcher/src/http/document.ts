import { FactoryError, modelsConfigSchema } from '@agent-factory/contract';
import packageJson from '../../package.json';
import { createLogger } from '../log';
import { createMetrics } from '../metrics';
import { modelGateway } from '../models/gateway';
import type { ServeDeps } from './deps';
import { addGateway } from './gateway';
import { createLifecycle } from './lifecycle';
import { buildServer } from './server';
import { createStreamSet } from './streams';

/** The OpenAPI document that a dispatcher with every role answers at /openapi.json, without starting one. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const never = (): never => {
    throw new FactoryError('INTERNAL', 'this server only documents itself');
  };
  const logger = createLogger('silent');
  const authenticator = { authenticate: async () => never() };
  const queue = { meter: async () => never() };
  const gateway = modelGateway({ config: modelsConfigSchema.parse({}), queue, authenticator, log: logger });
  const app = await buildServer({
    version: packageJson.version,
    logger,
    metrics: createMetrics(),
    authenticator,
    lifecycle: createLifecycle(),
    health: async () => never(),
    metricsAccess: 'token',
    collectGauges: async () => never(),
    serve: {
      // Routes are built, none is called.
      service: {} as ServeDeps['service'],
      artifacts: {} as ServeDeps['artifacts'],
      streams: createStreamSet(0),
      checkCursor: { task: never, all: never },
      listModels: never,
    },
    extend: (server) => addGateway(server, gateway),
  });
  try {
    return { ...app.swagger() };
  } finally {
    await app.close();
  }
}
