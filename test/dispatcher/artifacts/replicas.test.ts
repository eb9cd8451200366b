import { rm } from 'node:fs/promises';
import { createDispatcher, type Dispatcher } from '../../../dispatcher/src/app';
import { googleTokens } from '../../../dispatcher/src/artifacts/bucket/tokens';
import { startStorageService, type StorageService } from '../../support/gcs';
import { startMetadataServer, type MetadataServer } from '../../support/metadataServer';
import { startRedis, type RedisServer } from '../../support/redis';
import { codeOf, jsonOf } from '../http/conformance';
import { configFor, send } from '../http/harness';
import { digestOf } from './conformance';

const variables = ['GCE_METADATA_HOST', 'GOOGLE_APPLICATION_CREDENTIALS', 'HOME'] as const;
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
let metadata: MetadataServer;
let storage: StorageService;
let redis: RedisServer;
let replicas: Dispatcher[] = [];

beforeEach(async () => {
  [metadata, storage, redis] = await Promise.all([startMetadataServer('token-1'), startStorageService(), startRedis()]);
  process.env['GCE_METADATA_HOST'] = metadata.host;
  process.env['HOME'] = '/nowhere'; // where gcloud keeps an identity
  delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  replicas = [];
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await Promise.all([metadata.stop(), storage.stop(), redis.stop()]);
});

async function start(): Promise<string> {
  const artifacts = { kind: 'bucket' as const, bucket: 'artifacts', endpoint: storage.url };
  const { artifactDir, ...config } = await configFor(redis.url, { roles: ['serve'], artifacts });
  await rm(artifactDir, { recursive: true });
  const replica = createDispatcher({ ...config, artifactDir: '' });
  replicas.push(replica);
  await replica.start();
  return `http://127.0.0.1:${replica.httpPort}`;
}

/** Resolves when the replica says that it is ready; a look may be under way that found otherwise. */
async function untilReady(url: string): Promise<void> {
  let answer = await send(url, 'GET', '/readyz');
  while (answer.status !== 200) answer = await send(url, 'GET', '/readyz');
  expect(jsonOf(answer)).toMatchObject({ checks: { artifacts: 'ok' } });
}

const address = `/v1/artifacts/${digestOf('hello')}`;
const octets = { 'content-type': 'application/octet-stream' };

test('what one replica took in, another gives out; each is known by the identity of its pod', async () => {
  const [one, other] = [await start(), await start()];
  expect((await send(one, 'PUT', address, { body: 'hello', headers: octets })).status).toBe(201);
  expect((await send(other, 'PUT', address, { body: 'hello', headers: octets })).status).toBe(200);
  const answer = await send(other, 'GET', address);
  expect([answer.status, answer.text]).toEqual([200, 'hello']);
  const submit = (text: string) => {
    const inputs = [{ artifact: digestOf(text), path: 'in' }];
    return send(other, 'POST', '/v1/tasks', {
      body: { type: 'python', brain: { kind: 'model', prompt: 'x' }, inputs },
    });
  };
  expect(codeOf(await submit('absent'))).toBe('ARTIFACT_NOT_FOUND');
  expect((await submit('hello')).status).toBe(201);
  for (const url of [one, other]) await untilReady(url);
  expect((await send(other, 'GET', '/metrics')).text).toMatch(
    /artifact_store_request_duration_seconds_count\{operation="read",status="200"\} 1/,
  );
  expect(metadata.given).toBe(2); // one each, kept
});

test('a replica that may not use its bucket is not ready, and says to whom it matters what is away', async () => {
  storage.denied.add('storage.objects.create');
  const url = await start();
  const ready = await send(url, 'GET', '/readyz');
  // The first look takes as long as the first token does.
  const artifacts = expect.stringMatching(/^unavailable$|^no answer within/);
  expect([ready.status, jsonOf(ready)]).toMatchObject([503, { checks: { artifacts, redis: 'ok' } }]);
  const refused = await send(url, 'PUT', address, { body: 'hello', headers: octets });
  expect([refused.status, codeOf(refused)]).toEqual([503, 'STORE_UNAVAILABLE']);
  expect(refused.text).not.toContain('token-1');
  storage.denied.clear();
  await untilReady(url);
});

test('tokens are kept, had anew when one is refused, and not waited for for ever', async () => {
  const tokens = googleTokens();
  expect([await tokens.token(), await tokens.token()]).toEqual(['token-1', 'token-1']);
  expect(metadata.given).toBe(1);
  metadata.token = 'token-2';
  tokens.forget();
  expect(await tokens.token()).toBe('token-2');
  metadata.token = undefined;
  await expect(googleTokens(50).token()).rejects.toThrow('no access token within 50 ms');
});
