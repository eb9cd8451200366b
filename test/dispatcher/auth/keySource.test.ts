import { rm, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FactoryError } from '@agent-factory/contract';
import { jwtVerify, type JWTVerifyGetKey } from 'jose';
import { identityConfigSchema, keySetSchema, type IssuerConfig } from '../../../dispatcher/src/auth/identityConfig';
import { keyLoader } from '../../../dispatcher/src/auth/keyLoaders';
import { createKeySource } from '../../../dispatcher/src/auth/keySource';
import { testClock } from '../../support/clock';
import { createAuthority } from '../../support/certificates';
import { podToken, signingKey, startKeyServer, type KeyServer, type SigningKey } from '../../support/tokenIssuer';

let old: SigningKey;
let next: SigningKey;
let server: KeyServer;
let folder: string;

beforeAll(async () => {
  [old, next] = await Promise.all([signingKey('old'), signingKey('next')]);
});
beforeEach(async () => {
  server = await startKeyServer({ keys: [old.jwk] });
  folder = await mkdtemp(path.join(tmpdir(), 'keys-'));
  await writeFile(path.join(folder, 'ca.crt'), server.ca);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function issuerWith(keys: Partial<IssuerConfig>): IssuerConfig {
  const { issuers } = identityConfigSchema.parse({
    issuers: [{ issuer: 'i', namespace: 'agents', service_accounts: { a: 'python' }, ...keys }],
  });
  if (issuers[0] === undefined) throw new Error('one was given');
  return issuers[0];
}

function fromServer(timeoutMs?: number) {
  const clock = testClock();
  const errors: unknown[] = [];
  const load = keyLoader(issuerWith({ jwks_uri: server.uri, ca_file: path.join(folder, 'ca.crt') }), timeoutMs);
  const keys = createKeySource({ load, now: clock.now, onError: (error) => errors.push(error) });
  return { clock, errors, keys };
}

const check = async (keys: JWTVerifyGetKey, key: SigningKey, at: number): Promise<string> => {
  const token = await podToken(key, at);
  return jwtVerify(token, keys, { currentDate: new Date(at) }).then(
    () => 'good',
    (error: unknown) => (error instanceof FactoryError ? error.code : (error as { code: string }).code), // jose's errors have one
  );
};

test('keys are read once for all who wait, and again after ten minutes', async () => {
  const { clock, keys } = fromServer();
  const found = await Promise.all(Array.from({ length: 20 }, () => check(keys, old, clock.now())));
  expect([new Set(found), server.asked]).toEqual([new Set(['good']), 1]);
  clock.advance(600_000);
  await check(keys, old, clock.now());
  expect(server.asked).toBe(1);
  clock.advance(1);
  await check(keys, old, clock.now());
  expect(server.asked).toBe(2);
});

test('a rotated key is found when a token names it; the one that was withdrawn is refused then', async () => {
  const { clock, keys } = fromServer();
  expect(await check(keys, old, clock.now())).toBe('good');
  server.answer = { keys: [next.jwk] };
  clock.advance(30_000);
  expect(await check(keys, next, clock.now())).toBe('good');
  expect(await check(keys, old, clock.now())).toBe('ERR_JWKS_NO_MATCHING_KEY');
});

test('tokens with made-up key ids cause one reading in 30 s, however many come', async () => {
  const { clock, keys } = fromServer();
  await check(keys, old, clock.now());
  for (let second = 0; second < 60; second += 1) {
    expect(await check(keys, next, clock.now())).toBe('ERR_JWKS_NO_MATCHING_KEY');
    clock.advance(1_000);
  }
  expect(server.asked).toBe(2); // the first one, and one after 30 s
});

test('while keys cannot be read the known ones count for an hour, and are asked for every 30 s at most', async () => {
  const { clock, keys, errors } = fromServer();
  await check(keys, old, clock.now());
  server.answer = { status: 503 };
  clock.advance(3_600_000);
  expect(await check(keys, old, clock.now())).toBe('good');
  expect(await check(keys, old, clock.now())).toBe('good');
  expect([server.asked, errors.length]).toEqual([2, 1]);
  clock.advance(30_000);
  expect(await check(keys, old, clock.now())).toBe('IDENTITY_UNAVAILABLE');
  clock.advance(30_000);
  server.answer = { keys: [old.jwk] };
  expect(await check(keys, old, clock.now())).toBe('good');
});

test.each([
  ['something that is no JSON', { text: '<html>' }],
  ['something that is no set of keys', { text: '{"keys":[{"kty":"oct","kid":"old","k":"c2VjcmV0"}]}' }],
  ['a refusal', { status: 403 }],
  ['far too much', { text: 'x'.repeat(1_048_577) }],
] as const)('%s is no set of keys: IDENTITY_UNAVAILABLE, at once until 30 s are over', async (_what, answer) => {
  const { clock, keys, errors } = fromServer();
  server.answer = answer;
  expect(await check(keys, old, clock.now())).toBe('IDENTITY_UNAVAILABLE');
  expect(await check(keys, old, clock.now())).toBe('IDENTITY_UNAVAILABLE');
  expect([server.asked, errors.length]).toEqual([1, 1]);
  expect(String(errors[0])).not.toContain('c2VjcmV0');
});

test('a server that does not answer holds up nobody whose key is known', async () => {
  const { clock, keys } = fromServer(500);
  await check(keys, old, clock.now());
  server.answer = 'nothing';
  clock.advance(30_000);
  const waiting = check(keys, next, clock.now());
  expect(await check(keys, old, clock.now())).toBe('good');
  expect(await waiting).toBe('ERR_JWKS_NO_MATCHING_KEY'); // its reading was given up
});

test('a server whose certificate is of another authority gives no keys', async () => {
  await writeFile(path.join(folder, 'ca.crt'), createAuthority('another').cert);
  const { clock, keys, errors } = fromServer();
  expect(await check(keys, old, clock.now())).toBe('IDENTITY_UNAVAILABLE');
  expect(String(errors[0])).toMatch(/certificate|signature/);
});

test('keys in a file are read again when a token names an unknown one', async () => {
  const clock = testClock();
  const file = path.join(folder, 'jwks');
  const write = (...keys: SigningKey[]) => writeFile(file, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  await write(old);
  const keys = createKeySource({
    load: keyLoader(issuerWith({ jwks_file: file })),
    now: clock.now,
    onError: () => undefined,
  });
  expect(await check(keys, old, clock.now())).toBe('good');
  await write(old, next);
  clock.advance(30_000);
  expect(await check(keys, next, clock.now())).toBe('good');
});

test('keys in the configuration count for ever', async () => {
  const clock = testClock();
  const load = keyLoader(issuerWith({ jwks: keySetSchema.parse({ keys: [old.jwk] }) }));
  const keys = createKeySource({ load, now: clock.now, onError: () => undefined });
  expect(await check(keys, old, clock.now())).toBe('good');
  clock.advance(365 * 86_400_000);
  expect(await check(keys, old, clock.now())).toBe('good');
});
