import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { env } from '@agent-factory/contract';
import { startRedis, type RedisServer } from '../support/redis';
import { allScopes, configFor } from './http/harness';
import { digestOf } from './http/scenarios';

let folder: string;
let redis: RedisServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  redis = await startRedis();
  await promisify(execFile)(process.execPath, [path.join(__dirname, '../../dispatcher/build.mjs'), folder]);
  const { file, artifactDir } = await configFor(redis.url);
  await rm(artifactDir, { recursive: true, force: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(file));
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  child: ChildProcess;
  url: string;
  /** Everything that it printed so far. */
  printed: () => string;
  ended: Promise<number | null>;
}

function launch(over: Record<string, string> = {}): Omit<Started, 'url'> & { ready: Promise<unknown> } {
  const child = spawn(process.execPath, [path.join(folder, 'main.cjs')], {
    env: {
      [env.redisUrl]: redis.url,
      [env.dispatcherConfig]: path.join(folder, 'config.json'),
      [env.artifactDir]: path.join(folder, 'artifacts'),
      [env.httpPort]: '0',
      [env.grpcPort]: '0',
      [env.logLevel]: 'trace',
      ...over,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let text = '';
  child.stdout?.on('data', (part) => (text += String(part)));
  child.stderr?.on('data', (part) => (text += String(part)));
  // `close` comes when all that was printed has been read.
  const ended = once(child, 'close').then(([code]) => code as number | null); // node says so
  return { child, printed: () => text, ended, ready: once(child, 'message').then(([message]) => message) };
}

async function start(): Promise<Started> {
  const { ready, ...rest } = launch();
  const message = await Promise.race([ready, rest.ended.then(() => rest.printed())]);
  expect(message).toEqual({ ready: true, http_port: expect.any(Number), grpc_port: expect.any(Number) });
  return { ...rest, url: `http://127.0.0.1:${(message as { http_port: number }).http_port}` };
}

test('the bundle serves, with the page of the API from the files beside it, and prints no token', async () => {
  const { child, url, printed, ended } = await start();
  const token = { authorization: `Bearer ${allScopes}` };
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await fetch(`${url}/v1/types`, { headers: token })).status).toBe(200);
  expect((await fetch(`${url}/v1/types`, { headers: { authorization: 'Bearer not-a-token-of-ours' } })).status).toBe(
    401,
  );
  const script = await fetch(`${url}/docs/static/swagger-ui-bundle.js`);
  expect([script.status, (await script.text()).length > 1_000_000]).toEqual([200, true]);
  expect((await fetch(`${url}/model/v1/models`, { headers: token })).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(printed()).toContain('"ready"');
  for (const secret of [allScopes, 'not-a-token-of-ours']) expect(printed()).not.toContain(secret);
});

test('SIGTERM lets the request in flight finish, turns new ones away, and ends with 0', async () => {
  const { child, url, ended } = await start();
  const headers = {
    authorization: `Bearer ${allScopes}`,
    'content-type': 'application/octet-stream',
    'content-length': 5,
    expect: '100-continue',
  };
  const upload = request(`${url}/v1/artifacts/${digestOf('bytes')}`, { method: 'PUT', headers });
  upload.flushHeaders();
  await once(upload, 'continue');
  child.kill('SIGTERM');
  let status = 200;
  while (status === 200) status = (await fetch(`${url}/readyz`)).status;
  const refused = await fetch(`${url}/v1/types`, { headers: { authorization: `Bearer ${allScopes}` } });
  expect([status, refused.status]).toEqual([503, 503]);
  const answered = once(upload, 'response');
  upload.end('bytes');
  const [response] = await answered;
  expect(response.statusCode).toBe(201);
  response.resume();
  expect(await ended).toBe(0);
});

test('a second signal ends it at once, with 1', async () => {
  const { child, url, ended } = await start();
  const headers = {
    authorization: `Bearer ${allScopes}`,
    'content-type': 'application/octet-stream',
    'content-length': 9,
    expect: '100-continue',
  };
  const upload = request(`${url}/v1/artifacts/${digestOf('never sent')}`, { method: 'PUT', headers });
  upload.on('error', () => undefined);
  upload.flushHeaders();
  await once(upload, 'continue');
  child.kill('SIGINT');
  while ((await fetch(`${url}/readyz`)).status === 200);
  child.kill('SIGINT');
  expect(await ended).toBe(1);
});

test('it ends by itself when its supervisor is gone', async () => {
  const { child } = await start();
  const exited = once(child, 'exit'); // after a disconnect node tells no `close`
  child.disconnect();
  expect((await exited)[0]).toBe(0);
});

test('a bad configuration is told whole, and ends with 1', async () => {
  const { ended, printed } = launch({ [env.redisUrl]: 'nonsense', [env.httpPort]: '-1' });
  expect(await ended).toBe(1);
  expect(printed()).toMatch(/REDIS_URL: .*\nHTTP_PORT: /);
});
