import { agentScopes } from '@agent-factory/contract';
import { SignJWT } from 'jose';
import { createAuthenticator, createStaticAuthenticator } from '../../../dispatcher/src/auth/authenticator';
import { agentTokenMs } from '../../../dispatcher/src/auth/agentTokens';
import { requireScope } from '../../../dispatcher/src/auth/scopes';
import { bearerToken, findByToken, tokenHash } from '../../../dispatcher/src/auth/token';

const key = Buffer.alloc(32, 1);
const start = Date.UTC(2030, 0, 1);

function setup(signingKey = key) {
  const clock = { now: start };
  const authenticator = createAuthenticator(
    {
      tokens: [
        { subject: 'alice', sha256: tokenHash('secret-of-alice'), scopes: ['task:read'] },
        { subject: 'starter', sha256: tokenHash('secret-of-starter'), scopes: ['agent:work'], agent_type: 'python' },
      ],
      signing_key: signingKey.toString('base64'),
    },
    () => clock.now,
  );
  return { authenticator, clock };
}

test('knows a static token, with its scopes and the type it may register', async () => {
  const { authenticator } = setup();
  await expect(authenticator.authenticate('Bearer secret-of-alice')).resolves.toEqual({
    subject: 'alice',
    scopes: new Set(['task:read']),
  });
  await expect(authenticator.authenticate('bearer secret-of-starter')).resolves.toMatchObject({
    registersAs: 'python',
  });
});

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Basic secret-of-alice',
  'Bearer secret-of-alic',
  'Bearer secret-of-alicee',
  'Bearer a.b.c',
  `Bearer ${'x'.repeat(5_000)}`,
])('refuses %p in the same words', async (header) => {
  const { authenticator } = setup();
  await expect(authenticator.authenticate(header)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    detail: 'no valid bearer token was given',
  });
});

test('the token it issues to an agent is accepted until it expires', async () => {
  const { authenticator, clock } = setup();
  const { token, expiresAt } = await authenticator.issueAgentToken('python-1', 'python');
  expect(expiresAt.getTime()).toBe(start + agentTokenMs);
  await expect(authenticator.authenticate(`Bearer ${token}`)).resolves.toEqual({
    subject: 'python-1',
    scopes: new Set(agentScopes),
    agent: { id: 'python-1', type: 'python' },
  });
  clock.now = start + agentTokenMs + 1_000;
  await expect(authenticator.authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a token signed with another key, without signature or for another audience is refused', async () => {
  const { authenticator } = setup();
  const { token: foreign } = await setup(Buffer.alloc(32, 2)).authenticator.issueAgentToken('python-1', 'python');
  const { token } = await authenticator.issueAgentToken('python-1', 'python');
  const [, payload = ''] = token.split('.');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  const elsewhere = await new SignJWT({ agent_type: 'python' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('python-1')
    .setIssuer('agent-factory')
    .setAudience('elsewhere')
    .setExpirationTime(start / 1000 + 60)
    .sign(key);
  for (const bad of [foreign, none, elsewhere])
    await expect(authenticator.authenticate(`Bearer ${bad}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('without a key to sign with only static tokens are known, and none is issued', async () => {
  const tokens = [{ subject: 'alice', sha256: tokenHash('secret-of-alice'), scopes: ['task:read' as const] }];
  expect(() => createAuthenticator({ tokens, signing_key: undefined })).toThrow(/signing_key/);
  const authenticator = createStaticAuthenticator({ tokens });
  await expect(authenticator.authenticate('Bearer secret-of-alice')).resolves.toMatchObject({ subject: 'alice' });
  const { token } = await setup().authenticator.issueAgentToken('python-1', 'python');
  for (const bad of [undefined, 'Bearer other', `Bearer ${token}`])
    await expect(authenticator.authenticate(bad)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a missing scope is named', async () => {
  const principal = await setup().authenticator.authenticate('Bearer secret-of-alice');
  expect(() => requireScope(principal, 'task:read')).not.toThrow();
  expect(() => requireScope(principal, 'queue:admin')).toThrow(/FORBIDDEN: .*queue:admin/);
});

test('reads only a well-formed bearer header', () => {
  expect(bearerToken('Bearer abc')).toBe('abc');
  expect(bearerToken('Bearer a b')).toBeUndefined();
  expect(findByToken([{ hash: Buffer.from(tokenHash('a'), 'hex') }], 'b')).toBeUndefined();
});
