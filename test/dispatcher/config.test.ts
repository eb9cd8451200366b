import { env, FactoryError } from '@agent-factory/contract';
import { z } from 'zod';
import { dispatcherFileSchema, loadConfig, type DispatcherFileInput } from '../../dispatcher/src/config';
import { createAuthority } from '../support/certificates';

const secret = Buffer.alloc(32, 7).toString('base64');
const token = { subject: 'me', sha256: 'a'.repeat(64), scopes: ['task:read' as const] };
const file: DispatcherFileInput = { tokens: [token], signing_key: secret, models: {} };
const environment = {
  [env.redisUrl]: 'redis://:pw@127.0.0.1:1',
  [env.artifactDir]: '/a',
  [env.dispatcherConfig]: '/c.json',
};

function load(content: unknown, over: Record<string, string | undefined> = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return loadConfig({ ...environment, ...over }, () => text);
}

function faultsOf(content: unknown, over: Record<string, string | undefined> = {}): FactoryError {
  try {
    load(content, over);
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

test('fills in what a small configuration leaves out', () => {
  const config = load(file);
  expect(config).toMatchObject({ listenHost: '127.0.0.1', httpPort: 7070, grpcPort: 7071, logLevel: 'info' });
  expect(config.file).toMatchObject({ lease_ms: 10_000, heartbeat_ms: 2_500, roles: ['serve', 'model-gateway'] });
  expect(config.file.grpc).toEqual({ max_connection_age_ms: 1_800_000, max_connection_grace_ms: 60_000 });
  expect(config.file.routing.rules.length).toBeGreaterThan(12);
});

test('names every fault of environment and file at once, each with its path', () => {
  const bad = {
    ...file,
    queue_targets: { python: 0 },
    tokens: [
      { ...token, sha256: 'x', scopes: ['task:fly'] },
      { ...token, subject: 'a b' },
    ],
    limits: { queue_limit: { python: 0, cobol: 3 }, event_strems: 1 },
    lease_ms: -1,
    extra: true,
  };
  const error = faultsOf(bad, { [env.httpPort]: '99999', [env.redisUrl]: 'http://x' });
  const paths = error.faults.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'HTTP_PORT',
      'REDIS_URL',
      'tokens[0].sha256',
      'tokens[0].scopes[0]',
      'tokens[1].subject',
      'limits.queue_limit.python',
      'limits.event_strems',
      'lease_ms',
      'queue_targets.python',
      'extra',
    ]),
  );
});

test.each([
  ['a key that is too short', { ...file, signing_key: 'c2hvcnQ=' }, 'signing_key'],
  ['the same token twice', { ...file, tokens: [token, token] }, 'tokens[1].sha256'],
  ['heartbeats too rare for the lease', { ...file, heartbeat_ms: 6_000 }, 'heartbeat_ms'],
  ['no token at all', { ...file, tokens: [] }, 'tokens'],
  ['a role that does not exist', { ...file, roles: ['cook'] }, 'roles[0]'],
])('refuses %s', (_name, content, path) => {
  expect(faultsOf(content).faults.map((fault) => fault.path)).toContain(path);
});

test('never quotes a value, since some are secret', () => {
  const broken = faultsOf(`{"signing_key": "${secret}", oops`);
  const short = faultsOf({ ...file, signing_key: 'c2hvcnQ=', tokens: [{ ...token, sha256: 'tell-nobody' }] });
  for (const text of [broken.message, short.message, JSON.stringify(short.faults)])
    for (const value of [secret, 'c2hvcnQ=', 'tell-nobody', 'pw']) expect(text).not.toContain(value);
  expect(broken.faults).toEqual([{ path: 'DISPATCHER_CONFIG', message: 'is not JSON' }]);
});

test('says which file cannot be read, by the code of the failure', () => {
  expect(() => loadConfig({ ...environment, [env.dispatcherConfig]: '/does/not/exist' })).toThrow(
    /DISPATCHER_CONFIG: cannot be read \(ENOENT\)/,
  );
});

test('says where a folder for artifacts is missing, and only to who keeps them', () => {
  const without = { [env.artifactDir]: undefined };
  expect(faultsOf(file, without).faults).toEqual([
    { path: 'ARTIFACT_DIR', message: 'is not set; the role serve keeps artifacts there' },
  ]);
  expect(load({ ...file, roles: ['model-gateway'] }, without).artifactDir).toBe('');
});

test('a bucket needs no folder, and takes tokens over https alone', () => {
  const without = { [env.artifactDir]: undefined };
  const inBucket = (more: object) => ({ ...file, artifacts: { kind: 'bucket', bucket: 'dev-artifacts', ...more } });
  expect(load(inBucket({}), without).file.artifacts).toEqual({
    kind: 'bucket',
    bucket: 'dev-artifacts',
    endpoint: 'https://storage.googleapis.com',
  });
  expect(load(inBucket({ endpoint: 'http://127.0.0.1:1' }), without).file.artifacts).toMatchObject({ kind: 'bucket' });
  expect(load(file).file.artifacts).toEqual({ kind: 'disk' });
  const faults = (content: object) => faultsOf(content, without).faults.map(({ path }) => path);
  expect(faults(inBucket({ endpoint: 'http://storage.example' }))).toEqual(['artifacts.endpoint']);
  expect(faults(inBucket({ bucket: 'gs://dev' }))).toEqual(['artifacts.bucket']);
  expect(faults(inBucket({ folder: 'x' }))).toEqual(['artifacts.folder']);
  expect(faults({ ...file, artifacts: { kind: 'disk' } })).toEqual(['ARTIFACT_DIR']);
});

const adapter = { cert_file: '/tls.crt', key_file: '/tls.key', client_ca_file: '/ca.crt' };
const inCluster = { [env.kubernetesServiceHost]: '10.0.0.1', [env.kubernetesServicePort]: '443' };

test('asks of each role only what it needs', () => {
  const alone = { [env.artifactDir]: undefined };
  expect(load({ roles: ['metrics-adapter'], metrics_adapter: adapter }, alone).file).toMatchObject({
    tokens: [],
    metrics_adapter: { ...adapter, port: 10_250, allowed_names: [], namespaces: [] },
    metrics: { access: 'token' },
  });
  expect(load({ roles: ['model-gateway'], signing_key: secret }, alone).file.tokens).toEqual([]);
  expect(
    load({ roles: ['recycler'], recycler: { namespace: 'agents' } }, { ...alone, ...inCluster }).file.recycler,
  ).toEqual({
    namespace: 'agents',
    deletes_per_second: 5,
    labels: { 'app.kubernetes.io/part-of': 'agent-factory', 'app.kubernetes.io/component': 'agent' },
    kubernetes: {
      api_url: 'https://10.0.0.1:443',
      token_file: '/var/run/secrets/kubernetes.io/serviceaccount/token',
      ca_file: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
    },
  });
});

test('names all that the roles lack, besides what else is wrong', () => {
  const { faults } = faultsOf({ roles: ['serve', 'model-gateway', 'metrics-adapter', 'recycler'], extra: 1 });
  expect(faults).toEqual([
    { path: 'extra', message: 'is not a known field' },
    { path: 'tokens', message: 'is needed by the role serve' },
    { path: 'signing_key', message: 'is needed by the role serve and model-gateway' },
    { path: 'metrics_adapter', message: 'is needed by the role metrics-adapter' },
    { path: 'recycler', message: 'is needed by the role recycler' },
  ]);
});

test('the address of the Kubernetes API comes from the configuration, else from the environment', () => {
  const recycler =
    (over: object, environment: Record<string, string> = {}) =>
    () =>
      load({ roles: ['recycler'], recycler: { namespace: 'agents', ...over } }, environment).file.recycler?.kubernetes
        .api_url;
  expect(recycler({ kubernetes: { api_url: 'https://api.example:6443' } }, inCluster)()).toBe(
    'https://api.example:6443',
  );
  expect(recycler({}, { ...inCluster, [env.kubernetesServiceHost]: 'fd00::1' })()).toBe('https://[fd00::1]:443');
  expect(recycler({})).toThrow(/recycler\.kubernetes\.api_url: is not set, and neither are KUBERNETES_SERVICE_HOST/);
  expect(recycler({ kubernetes: { api_url: 'http://api.example' } })).toThrow(/is not an https URL/);
  expect(recycler({ labels: {} })).toThrow(/recycler\.labels: holds no label/);
});

/** Loads with these files; each other one is missing. */
function loadFiles(files: Record<string, unknown>, over: Record<string, string | undefined> = {}) {
  return loadConfig({ ...environment, [env.redisUrl]: 'redis://h:1', ...over }, (path) => {
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}
function fileFaults(files: Record<string, unknown>, over: Record<string, string | undefined> = {}) {
  try {
    loadFiles(files, over);
  } catch (error) {
    if (error instanceof FactoryError) return error.faults;
    throw error;
  }
  throw new Error('was accepted');
}
const { signing_key: _key, ...keyless } = file;

test('the signing key may be a file', () => {
  const config = { ...keyless, signing_key_file: '/key' };
  expect(loadFiles({ '/c.json': config, '/key': `${secret}\n` }).file.signing_key).toBe(secret);
  const path = 'signing_key_file';
  expect(fileFaults({ '/c.json': config })).toEqual([{ path, message: 'cannot be read (ENOENT)' }]);
  expect(fileFaults({ '/c.json': config, '/key': '\n' })).toEqual([{ path, message: 'is empty' }]);
  expect(fileFaults({ '/c.json': config, '/key': 'c2hvcnQ=' })).toEqual([
    { path, message: 'holds fewer than 32 bytes' },
  ]);
  expect(fileFaults({ '/c.json': { ...config, signing_key: secret }, '/key': secret })).toEqual([
    { path, message: 'give one of signing_key and signing_key_file' },
  ]);
});

test("Redis's password and authorities may be files", () => {
  const { cert } = createAuthority();
  const files = { '/c.json': file, '/pw': ' p w\n', '/ca': cert };
  const over = { [env.redisPasswordFile]: '/pw', [env.redisCaFile]: '/ca', [env.redisTlsServerName]: 'redis' };
  expect(loadFiles(files, { ...over, [env.redisUrl]: 'rediss://h:1' })).toMatchObject({
    redisUrl: 'rediss://h:1',
    redisPassword: 'p w',
    redisTls: { ca: cert.trim(), serverName: 'redis' },
  });
  expect(loadFiles(files)).not.toHaveProperty('redisTls');
  expect(fileFaults(files, { ...over, [env.redisUrl]: 'redis://:secret@h:1', [env.redisPasswordFile]: '/pw' })).toEqual(
    [
      { path: 'REDIS_PASSWORD_FILE', message: 'REDIS_URL holds a password already' },
      { path: 'REDIS_CA_FILE', message: 'is only for a rediss:// URL' },
      { path: 'REDIS_TLS_SERVER_NAME', message: 'is only for a rediss:// URL' },
    ],
  );
  expect(fileFaults({ '/c.json': file, '/ca': 'nothing' }, { ...over, [env.redisUrl]: 'rediss://h:1' })).toEqual([
    { path: 'REDIS_PASSWORD_FILE', message: 'cannot be read (ENOENT)' },
    { path: 'REDIS_CA_FILE', message: 'holds no certificate (PEM)' },
  ]);
  expect(fileFaults({ '/c.json': file }, { [env.redisPasswordFile]: '' })).toEqual([
    { path: 'REDIS_PASSWORD_FILE', message: 'is empty' },
  ]);
});

const issuer = {
  issuer: 'https://cluster.example',
  jwks_uri: 'https://cluster.example/jwks',
  namespace: 'agents',
  service_accounts: { 'agent-python': 'python' },
};
const rsa = { kty: 'RSA', kid: 'k', n: 'AQAB', e: 'AQAB' };

test('identity names its issuers, each with one source of keys', () => {
  const issuersOf = (...issuers: object[]) => load({ ...file, identity: { issuers } }).file.identity?.issuers;
  expect(issuersOf(issuer)).toEqual([{ ...issuer, audience: 'agent-factory' }]);
  const { jwks_uri: _uri, ...sourceless } = issuer;
  expect(issuersOf({ ...sourceless, jwks: { keys: [rsa] } })).toHaveLength(1);
});

test.each([
  ['no source of keys', { jwks_uri: undefined }, 'identity.issuers[0].jwks_uri', 'exactly one'],
  ['two sources of keys', { jwks_file: '/jwks' }, 'identity.issuers[0].jwks_uri', 'exactly one'],
  ['keys without TLS', { jwks_uri: 'http://a/' }, 'identity.issuers[0].jwks_uri', 'https'],
  [
    'authorities for no server',
    { jwks_uri: undefined, jwks_file: '/jwks', ca_file: '/ca' },
    'identity.issuers[0].ca_file',
    'only for',
  ],
  [
    'a shared secret',
    { jwks: { keys: [{ kty: 'oct', kid: 'k', k: 'AA' }] } },
    'identity.issuers[0].jwks.keys[0].kty',
    'RSA or EC',
  ],
  ['a private key', { jwks: { keys: [{ ...rsa, d: 'AA' }] } }, 'identity.issuers[0].jwks.keys[0]', 'private'],
  ['a type that there is not', { service_accounts: { a: 'cobol' } }, 'identity.issuers[0].service_accounts.a', ''],
  ['no service account', { service_accounts: {} }, 'identity.issuers[0].service_accounts', 'names no'],
])('refuses an issuer with %s', (_what, over, path, text) => {
  const { faults } = faultsOf({ ...file, identity: { issuers: [{ ...issuer, ...over }] } });
  expect(faults).toContainEqual({ path, message: expect.stringContaining(text) });
});

test('refuses the same issuer twice', () => {
  expect(faultsOf({ ...file, identity: { issuers: [issuer, issuer] } }).faults).toEqual([
    { path: 'identity.issuers[1].issuer', message: 'repeats issuers[0]' },
  ]);
});

/** Paths of settings without a description. Those of the models are described where the contract has them. */
function undescribed(schema: z.core.JSONSchema.BaseSchema, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    if (typeof property === 'boolean' || key === 'models' || property.$ref !== undefined) return [];
    const parts = [property, property.items, property.additionalProperties];
    const below = parts.flatMap((part) =>
      typeof part === 'object' && !Array.isArray(part) ? undescribed(part, `${path}.${key}`) : [],
    );
    return property.description === undefined ? [`${path}.${key}`, ...below] : below;
  });
}

test('every setting says what it means', () => {
  expect(undescribed(z.toJSONSchema(dispatcherFileSchema, { io: 'input' }))).toEqual([]);
});
