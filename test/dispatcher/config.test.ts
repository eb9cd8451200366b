import { env, FactoryError } from '@agent-factory/contract';
import { loadConfig, type DispatcherFileInput } from '../../dispatcher/src/config';

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
