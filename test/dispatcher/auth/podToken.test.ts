import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { identityConfigSchema } from '../../../dispatcher/src/auth/identityConfig';
import { verifyPodToken } from '../../../dispatcher/src/auth/podToken';
import { podToken, signingKey, type SigningKey, type TokenWish } from '../../support/tokenIssuer';

const now = Date.UTC(2030, 0, 1);
const seconds = now / 1_000;
let key: SigningKey;
let other: SigningKey;
beforeAll(async () => {
  [key, other] = await Promise.all([signingKey('key-1'), signingKey('key-2')]);
});

const [issuer] = identityConfigSchema.parse({
  issuers: [
    {
      issuer: 'https://cluster.example',
      audience: 'agent-factory',
      jwks: { keys: [] },
      namespace: 'agents',
      service_accounts: { 'agent-python': 'python', 'agent-frontend': 'frontend' },
    },
  ],
}).issuers;
if (issuer === undefined) throw new Error('an issuer was given');

const verify = (token: string, at = now) => verifyPodToken(token, issuer, createLocalJWKSet({ keys: [key.jwk] }), at);
const make = (wish: TokenWish = {}) => podToken(key, now, wish);
const kubernetes = (over: object) => ({
  'kubernetes.io': {
    namespace: 'agents',
    pod: { name: 'python-0', uid: 'uid-1' },
    serviceaccount: { name: 'agent-python' },
    ...over,
  },
});

test('a good token is the pod that it was given to, and the type of its service account', async () => {
  await expect(verify(await make())).resolves.toEqual({
    namespace: 'agents',
    name: 'python-0',
    uid: 'uid-1',
    agentType: 'python',
  });
  await expect(verify(await make({ serviceAccount: 'agent-frontend' }))).resolves.toMatchObject({
    agentType: 'frontend',
  });
});

test.each(['ES256', 'ES384', 'ES512'])('a cluster may sign with %s', async (alg) => {
  const own = await signingKey('key-ec', alg);
  const keys = createLocalJWKSet({ keys: [own.jwk] });
  await expect(verifyPodToken(await podToken(own, now), issuer, keys, now)).resolves.toMatchObject({ uid: 'uid-1' });
});

const minute = 60;
const refusals: [string, TokenWish, string][] = [
  ['another audience', { claims: { aud: ['https://kubernetes.default.svc'] } }, 'it is for another audience'],
  ['no audience', { claims: { aud: undefined } }, 'it is for another audience'],
  ['another issuer', { claims: { iss: 'https://elsewhere.example' } }, 'it is of another issuer'],
  ['an end that has come', { claims: { exp: seconds - minute } }, 'it has expired'],
  ['a start that is still to come', { claims: { nbf: seconds + minute } }, 'it is not valid yet'],
  ['no end', { claims: { exp: undefined } }, 'it never expires'],
  ['no start', { claims: { nbf: undefined } }, 'it is not valid yet'],
  ['no time of issue', { claims: { iat: undefined } }, 'a claim is missing or wrong'],
  ['no subject', { claims: { sub: undefined } }, 'a claim is missing or wrong'],
  ['a life of more than a day', { claims: { exp: seconds + 86_401 } }, 'it lives longer than a day'],
  [
    'a subject that is not its account',
    { claims: { sub: 'system:serviceaccount:agents:other' } },
    'its subject is not',
  ],
  ['no pod', { claims: kubernetes({ pod: undefined }) }, 'it is not bound to a pod'],
  ['a uid that is none', { claims: kubernetes({ pod: { name: 'a', uid: 'A/../b' } }) }, 'it is not bound to a pod'],
  ['nothing of Kubernetes', { claims: { 'kubernetes.io': undefined } }, 'it is not bound to a pod'],
  ['a key id that the issuer does not have', { header: { kid: 'key-9' } }, 'a key that the issuer does not have'],
];
test.each(refusals)('a token with %s is refused, and is told so without being quoted', async (_what, wish, reason) => {
  const token = await make(wish);
  const error: unknown = await verify(token).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: 'UNAUTHENTICATED', detail: expect.stringContaining(reason) });
  for (const part of token.split('.')) expect(String(error)).not.toContain(part);
  expect(String(error)).not.toContain('example');
});

test('clocks may differ by 5 s, and no more', async () => {
  const token = await make();
  await expect(verify(token, now - 5_000)).resolves.toBeDefined();
  await expect(verify(token, now - 6_000)).rejects.toThrow('not valid yet');
  await expect(verify(token, now + 604_000)).resolves.toBeDefined();
  await expect(verify(token, now + 606_000)).rejects.toThrow('expired');
});

test.each([
  ['another service account', { serviceAccount: 'default' }],
  ['a service account named as a property of every object', { serviceAccount: 'constructor' }],
  ['another namespace', { namespace: 'kube-system' }],
])('a good token of %s may not register: FORBIDDEN', async (_what, wish) => {
  await expect(verify(await make(wish))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a token that was changed, or signed by another key under the same name, is refused', async () => {
  const token = await make();
  const [head = '', , signature = ''] = token.split('.');
  const claims = (await make({ uid: 'uid-2' })).split('.')[1] ?? '';
  for (const bad of [`${head}.${claims}.${signature}`, await podToken({ ...other, kid: key.kid }, now)])
    await expect(verify(bad)).rejects.toThrow('its signature is wrong');
});

test('no algorithm, or one with a shared secret, is refused, also when the secret is the public key', async () => {
  const payload = JSON.parse(Buffer.from((await make()).split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
  const pem = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  const confused = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(Buffer.from(pem));
  for (const bad of [new UnsecuredJWT(payload).encode(), confused])
    await expect(verify(bad)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      detail: expect.stringContaining('RS256'),
    });
});

test.each(['a.b.c', '', 'x', `${'e'.repeat(4_000)}.e.e`])('%p is no token', async (text) => {
  await expect(verify(text)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
