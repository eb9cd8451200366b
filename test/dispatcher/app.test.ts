import { rm } from 'node:fs/promises';
import { createDispatcher } from '../../dispatcher/src/app';
import { createLogger } from '../../dispatcher/src/log';
import { startRedis, type RedisServer } from '../support/redis';
import { allScopes, configFor, send } from './http/harness';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

async function statuses(roles: ('serve' | 'model-gateway')[]): Promise<Record<string, number>> {
  const config = await configFor(redis.url, { roles });
  const dispatcher = createDispatcher(config, { logger: createLogger('silent') });
  await Promise.all([dispatcher.start(), dispatcher.start()]);
  const url = `http://127.0.0.1:${dispatcher.httpPort}`;
  const found: Record<string, number> = { grpc: Math.sign(dispatcher.grpcPort) };
  for (const address of ['/readyz', '/v1/types', '/model/v1/models'])
    found[address] = (await send(url, 'GET', address, { token: allScopes })).status;
  await Promise.all([dispatcher.stop(), dispatcher.stop()]);
  await rm(config.artifactDir, { recursive: true, force: true });
  return found;
}

test('a dispatcher does what its roles say, and nothing else', async () => {
  expect(await statuses(['serve', 'model-gateway'])).toEqual({
    grpc: 1,
    '/readyz': 200,
    '/v1/types': 200,
    '/model/v1/models': 200,
  });
  expect(await statuses(['serve'])).toEqual({ grpc: 1, '/readyz': 200, '/v1/types': 200, '/model/v1/models': 404 });
  expect(await statuses(['model-gateway'])).toEqual({
    grpc: 0,
    '/readyz': 200,
    '/v1/types': 404,
    '/model/v1/models': 200,
  });
});

test('one that was never started can be stopped', async () => {
  const config = await configFor(redis.url);
  await createDispatcher(config, { logger: createLogger('silent') }).stop();
  await rm(config.artifactDir, { recursive: true, force: true });
});

test('one whose port is taken fails, and leaves nothing open', async () => {
  const config = await configFor(redis.url);
  const first = createDispatcher(config, { logger: createLogger('silent') });
  await first.start();
  const second = createDispatcher({ ...config, httpPort: first.httpPort }, { logger: createLogger('silent') });
  await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.stop();
  await first.stop();
  await rm(config.artifactDir, { recursive: true, force: true });
});
