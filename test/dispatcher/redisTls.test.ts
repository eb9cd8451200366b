import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env } from '@agent-factory/contract';
import { loadConfig } from '../../dispatcher/src/config';
import { createRedis, redisReady } from '../../dispatcher/src/redis';
import { createAuthority, type CertificateWish } from '../support/certificates';
import { startRedis, type RedisServer } from '../support/redis';

const password = 'p%40ss w:o/r?d#';
const authority = createAuthority('redis authority');
let folder: string;
let server: RedisServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'redis-tls-'));
});
afterEach(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

const file = (name: string): string => path.join(folder, name);

/** A real redis-server with TLS and a password; answers its URL without either. */
async function start(wish: CertificateWish): Promise<string> {
  const { cert, key } = authority.issue(wish);
  await Promise.all([
    writeFile(file('server.crt'), cert),
    writeFile(file('server.key'), key),
    writeFile(file('ca.crt'), authority.cert),
    writeFile(file('password'), `${password}\n`),
    writeFile(file('config.json'), JSON.stringify({ roles: ['metrics-adapter'], metrics_adapter: adapter })),
  ]);
  server = await startRedis();
  const plain = await server.connect();
  const files = [
    'tls-cert-file',
    file('server.crt'),
    'tls-key-file',
    file('server.key'),
    'tls-ca-cert-file',
    file('ca.crt'),
  ];
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      await plain.call('CONFIG', 'SET', ...files, 'tls-auth-clients', 'no', 'tls-port', port);
      await plain.config('SET', 'requirepass', password);
      return `rediss://127.0.0.1:${port}`;
    } catch (error) {
      if (tries === 5) throw error; // else another took the port meanwhile
    }
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const adapter = { cert_file: '/a', key_file: '/b', client_ca_file: '/c' };

/** Connects as a dispatcher with this environment does; answers PONG, or why it cannot. */
async function pingWith(over: Record<string, string>): Promise<string> {
  const { redisUrl, redisPassword, redisTls } = loadConfig({ [env.dispatcherConfig]: file('config.json'), ...over });
  const failure = Promise.withResolvers<string>();
  const redis = createRedis(redisUrl, {
    ...(redisPassword === undefined ? {} : { password: redisPassword }),
    ...(redisTls === undefined ? {} : { tls: redisTls }),
    onError: (error) => failure.resolve(error.message),
  });
  try {
    return await Promise.race([redisReady(redis).then(() => redis.ping()), failure.promise]);
  } finally {
    redis.disconnect();
  }
}

const secrets = () => ({ [env.redisPasswordFile]: file('password'), [env.redisCaFile]: file('ca.crt') });

test('password and authority come from files', async () => {
  const url = await start({ name: 'redis', hosts: ['127.0.0.1'] });
  expect(await pingWith({ [env.redisUrl]: url, ...secrets() })).toBe('PONG');
  expect(await pingWith({ [env.redisUrl]: url.replace('//', '//default@'), ...secrets() })).toBe('PONG');
});

test('without the authority, or with another, it does not connect', async () => {
  const url = await start({ name: 'redis', hosts: ['127.0.0.1'] });
  const given = { [env.redisUrl]: url, [env.redisPasswordFile]: file('password') };
  expect(await pingWith(given)).toMatch(/certificate/);
  await writeFile(file('ca.crt'), createAuthority('another').cert);
  expect(await pingWith({ ...given, ...secrets() })).toMatch(/certificate/);
});

test('a certificate with the address as its name and no other, as managed Redis has, fits that address', async () => {
  const url = await start({ name: '127.0.0.1', purpose: 'server' });
  expect(await pingWith({ [env.redisUrl]: url, ...secrets() })).toBe('PONG');
});

test('a certificate of another address or name does not fit, unless its name is told', async () => {
  const url = await start({ name: '10.0.0.9', purpose: 'server' });
  const given = { [env.redisUrl]: url, ...secrets() };
  expect(await pingWith(given)).toMatch(/127\.0\.0\.1/);
  expect(await pingWith({ ...given, [env.redisTlsServerName]: '10.0.0.9' })).toBe('PONG');
});

test('a name that the certificate has may be told, one that it has not is refused', async () => {
  const url = await start({ name: '127.0.0.1', hosts: ['redis.example'] });
  const given = { [env.redisUrl]: url, ...secrets() };
  expect(await pingWith(given)).toMatch(/127\.0\.0\.1/); // with other names, the common one does not count
  expect(await pingWith({ ...given, [env.redisTlsServerName]: 'redis.example' })).toBe('PONG');
  expect(await pingWith({ ...given, [env.redisTlsServerName]: 'other.example' })).toMatch(/other\.example/);
});
