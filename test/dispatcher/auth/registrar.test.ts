import type { AgentTypeName } from '@agent-factory/contract';
import { podToken, signingKey, type SigningKey, type TokenWish } from '../../support/tokenIssuer';
import { TestAgent } from '../grpc/testAgent';
import { jsonOf } from '../http/conformance';
import { startFactory, type Factory } from '../http/harness';
import { tokenHash } from '../../../dispatcher/src/auth/token';

let key: SigningKey;
let factory: Factory;
let agents: TestAgent[] = [];

beforeAll(async () => {
  key = await signingKey('key-1');
  factory = await startFactory({
    identity: {
      issuers: [
        {
          issuer: 'https://cluster.example',
          jwks: { keys: [{ ...key.jwk, kty: 'RSA' }] },
          namespace: 'agents',
          service_accounts: { 'agent-python': 'python', 'agent-frontend': 'frontend' },
        },
      ],
    },
    tokens: [
      { subject: 'starter', sha256: tokenHash('static'), scopes: ['agent:work'], agent_type: 'python' },
      { subject: 'admin', sha256: tokenHash('admin'), scopes: ['queue:admin', 'agent:read'] },
    ],
  });
});
afterEach(() => {
  for (const agent of agents) agent.close();
  agents = [];
});
afterAll(() => factory.stop());

let count = 0;
const newUid = (): string => `uid-${(count += 1)}`;
const tokenFor = (wish: TokenWish): Promise<string> => podToken(key, Date.now(), wish);

function connect(token: string, id: string, type: AgentTypeName = 'python'): TestAgent {
  const agent = new TestAgent(factory.dispatcher.grpcPort, token, id, type);
  agents.push(agent);
  return agent;
}

async function refused(token: string, id: string, type: AgentTypeName = 'python'): Promise<unknown> {
  const agent = connect(token, id, type);
  agent.sendRegister();
  return agent.ended;
}

const recycle = (id: string) => factory.ask('POST', `/v1/agents/${id}/recycle`, { token: 'admin' });

test('an agent registers with the token of its pod, and gets a short-lived one in exchange', async () => {
  const uid = newUid();
  const agent = connect(await tokenFor({ uid }), uid);
  const { token, token_expires_at } = await agent.register();
  expect(Date.parse(token_expires_at) - Date.now()).toBeLessThanOrEqual(300_000);
  const digest = `sha256:${'0'.repeat(64)}`;
  expect((await factory.ask('GET', `/v1/artifacts/${digest}`, { token })).status).toBe(404);
  expect(jsonOf(await factory.ask('GET', `/v1/agents/${uid}`, { token: 'admin' }))).toMatchObject({
    id: uid,
    type: 'python',
  });
});

test('its id is the uid of its pod, and its type that of its service account: others are refused', async () => {
  const uid = newUid();
  const token = await tokenFor({ uid });
  expect(await refused(token, 'somebody-else')).toMatchObject({ code: 'PERMISSION_DENIED', factoryCode: 'FORBIDDEN' });
  expect(await refused(token, uid, 'frontend')).toMatchObject({ factoryCode: 'FORBIDDEN' });
  expect(await refused(await tokenFor({ uid: newUid(), serviceAccount: 'default' }), uid)).toMatchObject({
    factoryCode: 'FORBIDDEN',
    details: expect.stringContaining('agents/default'),
  });
});

test('one registration a pod lives: the newer one takes over', async () => {
  const uid = newUid();
  const first = connect(await tokenFor({ uid }), uid);
  await first.register();
  const second = connect(await tokenFor({ uid }), uid);
  await second.register();
  expect(await first.ended).toMatchObject({ factoryCode: 'AGENT_REPLACED' });
});

test('a uid belongs to one pod and one type', async () => {
  const uid = newUid();
  await connect(await tokenFor({ uid, pod: 'python-0' }), uid).register();
  const reused = { factoryCode: 'FORBIDDEN', details: expect.stringContaining('not the one that this uid belongs to') };
  expect(await refused(await tokenFor({ uid, pod: 'python-1' }), uid)).toMatchObject(reused);
  const asFrontend = await tokenFor({ uid, pod: 'python-0', serviceAccount: 'agent-frontend' });
  expect(await refused(asFrontend, uid, 'frontend')).toMatchObject(reused);
});

test.each([
  ['of another issuer', { claims: { iss: 'https://other.example' } }, 'an issuer that is not configured'],
  ['for another audience', { claims: { aud: ['api'] } }, 'another audience'],
  ['that has expired', { claims: { exp: 1, nbf: 0, iat: 0 } }, 'it has expired'],
])('a token %s is refused with the reason, never quoted', async (_what, wish, reason) => {
  const token = await tokenFor(wish);
  const ending = await refused(token, 'uid-1');
  expect(ending).toMatchObject({ code: 'UNAUTHENTICATED', details: expect.stringContaining(reason) });
  for (const part of token.split('.')) expect(JSON.stringify(ending)).not.toContain(part);
});

test('the short-lived token registers nobody, so that it cannot live on by itself', async () => {
  const uid = newUid();
  const { token } = await connect(await tokenFor({ uid }), uid).register();
  expect(await refused(token, uid)).toMatchObject({
    factoryCode: 'UNAUTHENTICATED',
    details: expect.stringContaining('registers nobody'),
  });
});

test('the token of a pod opens nothing but a registration', async () => {
  const { status } = await factory.ask('GET', '/v1/agents', { token: await tokenFor({ uid: newUid() }) });
  expect(status).toBe(401);
});

test('static tokens register as before', async () => {
  await connect('static', 'python-1').register();
  expect(await refused('static', 'frontend-1', 'frontend')).toMatchObject({ factoryCode: 'FORBIDDEN' });
  expect(await refused('wrong', 'python-1')).toMatchObject({ factoryCode: 'UNAUTHENTICATED' });
});

test('a recycled agent is ordered deleted, once, and its pod registers nobody any more', async () => {
  const uid = newUid();
  await connect(await tokenFor({ uid }), uid).register();
  const first = await recycle(uid);
  expect(first.status).toBe(202);
  expect(jsonOf(first)).toEqual({ namespace: 'agents', pod: 'python-0', uid, duplicate: false });
  expect(jsonOf(await recycle(uid))).toMatchObject({ uid, duplicate: true });
  expect(await refused(await tokenFor({ uid }), uid)).toMatchObject({
    factoryCode: 'FORBIDDEN',
    details: expect.stringContaining('was released'),
  });
});

test('an agent without a pod cannot be recycled, nor one that there is not', async () => {
  await connect('static', 'python-2').register();
  expect(jsonOf(await recycle('python-2'))).toMatchObject({ code: 'AGENT_NOT_A_POD' });
  expect(jsonOf(await recycle('nobody'))).toMatchObject({ code: 'AGENT_NOT_FOUND' });
});
