import { rm } from 'node:fs/promises';
import { createDispatcher } from '../../../dispatcher/src/app';
import { createLogger } from '../../../dispatcher/src/log';
import { startRedis } from '../../support/redis';
import { allScopes, configFor } from '../http/harness';
import { TestAgent } from './testAgent';

test('a dispatcher ends connections at the age that its configuration says', async () => {
  const redis = await startRedis();
  const config = await configFor(redis.url, { grpc: { max_connection_age_ms: 1_000, max_connection_grace_ms: 1 } });
  const dispatcher = createDispatcher(config, { logger: createLogger('silent') });
  try {
    await dispatcher.start();
    const agent = new TestAgent(dispatcher.grpcPort, allScopes);
    await agent.register();
    expect(await agent.ended).toMatchObject({ code: 'UNAVAILABLE' });
    agent.close();
  } finally {
    await dispatcher.stop();
    await redis.stop();
    await rm(config.artifactDir, { recursive: true, force: true });
  }
});
