import { assert, constantFrom, integer, property } from 'fast-check';
import type { DiffResult } from '../stack/providers/shared/provider';
import { UNKNOWN, type ValueObject } from '../stack/providers/shared/values';
import { canonicalQuantity, parseQuantity } from '../stack/providers/kubernetes/schema/quantity';
import * as objects from './kubernetesObjects';
import { changed, kubeconfig, plain, target, testCluster, type TestCluster } from './kubernetesSupport';

let cluster: TestCluster;
const type = (kind: string): string => `kubernetes:${kind}`;

beforeEach(async () => {
  cluster = await testCluster();
  await cluster.create(type('core/v1:Namespace'), objects.namespace);
  await cluster.create(type('core/v1:ServiceAccount'), {
    metadata: { name: 'agent-python', namespace: 'factory-agents' },
  });
});
afterEach(() => cluster.remove());

/** What the provider plans for a change of an object that it has just made. */
async function planned(
  kind: string,
  before: ValueObject,
  after: ValueObject,
): Promise<DiffResult & { paths: string[]; replaced: string[] }> {
  const made = await cluster.create(type(kind), before);
  const checked = cluster.provider.check({
    ...target(type(kind)),
    olds: made.inputs,
    news: plain(after),
    seed: new Uint8Array(),
  });
  const result = cluster.provider.diff({
    ...target(type(kind)),
    id: made.id,
    oldState: made.state,
    oldInputs: made.inputs,
    news: checked.inputs,
    ignoreChanges: [],
  });
  const changes = [...result.changes];
  return {
    ...result,
    paths: changes.map(([path]) => path),
    replaced: changes.filter(([, change]) => change.replace).map(([path]) => path),
  };
}

test('the same inputs are no change, however much the API server added', async () => {
  expect((await planned('apps/v1:Deployment', objects.deployment, objects.deployment)).paths).toEqual([]);
  expect((await planned('core/v1:Service', objects.service, objects.service)).paths).toEqual([]);
});

test('a change is shown at its path and done in place where Kubernetes lets it', async () => {
  const path = 'spec.template.spec.containers[0].image';
  const result = await planned('apps/v1:Deployment', objects.deployment, changed(objects.deployment, path, 'agent:v2'));
  expect(result.paths).toEqual([path]);
  expect(result.replaced).toEqual([]);
});

const immutable: readonly (readonly [string, ValueObject, string, ValueObject | string])[] = [
  ['apps/v1:Deployment', objects.deployment, 'metadata.name', 'other'],
  ['apps/v1:StatefulSet', objects.statefulSet, 'spec.serviceName', 'other'],
  ['apps/v1:StatefulSet', objects.statefulSet, 'spec.volumeClaimTemplates[0].spec.resources.requests.storage', '20Gi'],
  ['core/v1:Service', changed(objects.service, 'spec.clusterIP', '34.118.0.9'), 'spec.clusterIP', '34.118.0.10'],
  ['core/v1:ConfigMap', objects.configMap, 'data.level', 'debug'],
  ['core/v1:PersistentVolumeClaim', objects.claim, 'spec.storageClassName', 'premium-rwo'],
  ['batch/v1:Job', objects.job, 'spec.template.spec.containers[0].image', 'agent:v2'],
  ['storage.k8s.io/v1:StorageClass', objects.storageClass, 'provisioner', 'other.example.com'],
];

test.each(immutable)('%s is replaced, the old one first', async (kind, before, path, value) => {
  if (kind === 'core/v1:Service') await cluster.create(type('apps/v1:Deployment'), objects.deployment);
  const result = await planned(kind, before, changed(before, path, value));
  expect(result.replaced).toEqual([path]);
  expect(result.deleteBeforeReplace).toBe(path !== 'metadata.name');
});

test('the selector of a Deployment and the role of a binding replace', async () => {
  const labels = { app: 'agent', type: 'go' };
  const after = changed(
    changed(objects.deployment, 'spec.selector.matchLabels', labels),
    'spec.template.metadata.labels',
    labels,
  );
  const moved = await planned('apps/v1:Deployment', objects.deployment, after);
  expect(moved.replaced).toEqual(['spec.selector.matchLabels.type']);
  await cluster.create(type('rbac.authorization.k8s.io/v1:Role'), objects.role);
  const bound = await planned(
    'rbac.authorization.k8s.io/v1:RoleBinding',
    objects.roleBinding,
    changed(objects.roleBinding, 'roleRef', {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'view',
    }),
  );
  expect(bound.replaced.toSorted()).toEqual(['roleRef.kind', 'roleRef.name']);
});

test('data changes in place where the provider is told that it may', async () => {
  const mutable = await testCluster({ config: { enableConfigMapMutable: 'true' } });
  await mutable.create(type('core/v1:Namespace'), objects.namespace);
  const made = await mutable.create(type('core/v1:ConfigMap'), objects.configMap);
  const news = plain(changed(made.inputs.value, 'data', { level: 'debug' }));
  const request = {
    ...target(type('core/v1:ConfigMap')),
    id: made.id,
    oldState: made.state,
    oldInputs: made.inputs,
    news,
    ignoreChanges: [],
  };
  expect([...mutable.provider.diff(request).changes.values()].some(({ replace }) => replace)).toBe(false);
  const fixed = { ...request, news: plain({ ...news.value, immutable: true }) };
  expect([...mutable.provider.diff(fixed).changes.values()].some(({ replace }) => replace)).toBe(true);
  mutable.remove();
});

test('what is not known yet in a preview counts as a change of that part only', async () => {
  const path = 'spec.template.spec.containers[0].image';
  const result = await planned('apps/v1:Deployment', objects.deployment, changed(objects.deployment, path, UNKNOWN));
  expect(result.paths).toEqual([path]);
});

test('drift of what the program asked for is seen; what others added is not', async () => {
  const made = await cluster.create(type('apps/v1:Deployment'), objects.deployment);
  cluster.cloud.drift(type('apps/v1:Deployment'), made.id, (live) =>
    changed(changed(live, 'spec.replicas', 7), 'metadata.annotations', { 'deployment.kubernetes.io/revision': '3' }),
  );
  const read = await cluster.provider.read({
    ...target(type('apps/v1:Deployment')),
    id: made.id,
    state: made.state,
    inputs: made.inputs,
  });
  expect(read?.inputs.value).toEqual(changed(made.inputs.value, 'spec.replicas', 7));
});

const refused: readonly (readonly [string, ValueObject, string, ValueObject | string | number, string])[] = [
  ['scheduling.k8s.io/v1:PriorityClass', objects.priorityClass, 'value', 2000, 'field is immutable'],
  [
    'node.k8s.io/v1:RuntimeClass',
    { metadata: { name: 'kata' }, handler: 'kata' },
    'handler',
    'other',
    'field is immutable',
  ],
  [
    'core/v1:PersistentVolumeClaim',
    objects.claim,
    'spec.resources.requests.storage',
    '5Gi',
    'can not be less than previous value',
  ],
  // Server-side apply keeps the default that nobody owns, as in life.
  [
    'apps/v1:Deployment',
    objects.deployment,
    'spec.strategy',
    { type: 'Recreate' },
    'may not be given when type is Recreate',
  ],
];

test.each(refused)(
  'an update of %s that the API server refuses fails in the preview already',
  async (kind, before, path, value, message) => {
    const made = await cluster.create(type(kind), before);
    const update = (preview: boolean): Promise<unknown> =>
      cluster.provider.update({
        ...target(type(kind)),
        id: made.id,
        oldState: made.state,
        oldInputs: plain(
          kind === 'apps/v1:Deployment' ? changed(made.inputs.value, 'spec.strategy', undefined) : made.inputs.value,
        ),
        news: plain(changed(made.inputs.value, path, value)),
        preview,
      });
    if (kind === 'apps/v1:Deployment') {
      cluster.cloud.drift(type(kind), made.id, (live) =>
        changed(live, 'spec.strategy', {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
        }),
      );
      const thing = cluster.cloud.find(type(kind), made.id);
      if (thing !== undefined)
        cluster.cloud.seed({ ...thing, inputs: changed(thing.inputs, 'spec.strategy', undefined) });
    }
    await expect(update(true)).rejects.toThrow(message);
    await expect(update(false)).rejects.toThrow(message);
  },
);

test('a claim grows in place', async () => {
  const result = await planned(
    'core/v1:PersistentVolumeClaim',
    objects.claim,
    changed(objects.claim, 'spec.resources.requests.storage', '20Gi'),
  );
  expect(result.paths).toEqual(['spec.resources.requests.storage']);
  expect(result.replaced).toEqual([]);
});

test('a name that is left out is made up once, kept, and lets the replacement stand beside the old object', async () => {
  const seed = new Uint8Array([7]);
  const nameless = { data: { a: 'b' }, metadata: { namespace: 'factory-agents' } };
  const first = cluster.provider.check({
    ...target(type('core/v1:ConfigMap'), 'settings'),
    olds: plain({}),
    news: plain(nameless),
    seed,
  });
  const name = (inputs: ValueObject): unknown => (inputs['metadata'] as ValueObject)['name']; // made by check: always an object
  expect(name(first.inputs.value)).toMatch(/^settings-[0-9a-f]{8}$/);
  const second = cluster.provider.check({
    ...target(type('core/v1:ConfigMap'), 'settings'),
    olds: first.inputs,
    news: plain(nameless),
    seed: new Uint8Array([9]),
  });
  expect(second.inputs.value).toEqual(first.inputs.value);
  const made = await cluster.create(type('core/v1:ConfigMap'), first.inputs.value);
  const news = plain(changed(first.inputs.value, 'data.a', 'c'));
  const diff = cluster.provider.diff({
    ...target(type('core/v1:ConfigMap')),
    id: made.id,
    oldState: made.state,
    oldInputs: made.inputs,
    news,
    ignoreChanges: [],
  });
  expect(diff.deleteBeforeReplace).toBe(false);
});

test("a Secret's data is secret in inputs and state, wherever it came from, and only hashed in the cluster", async () => {
  const made = await cluster.create(type('core/v1:Secret'), {
    metadata: { name: 's', namespace: 'factory-agents' },
    stringData: { password: 'hunter2' },
  });
  expect(made.inputs.value).toHaveProperty('data.password', Buffer.from('hunter2').toString('base64'));
  expect([...made.inputs.secrets]).toEqual(['data']);
  expect([...made.state.secrets]).toEqual(['data']);
  expect(JSON.stringify(cluster.cloud.list())).not.toContain(Buffer.from('hunter2').toString('base64'));
  const read = await cluster.provider.read({
    ...target(type('core/v1:Secret')),
    id: made.id,
    state: made.state,
    inputs: made.inputs,
  });
  expect(read?.inputs).toEqual(made.inputs);
});

test('a marked value elsewhere stays marked, a list with one as a whole', async () => {
  const path = 'spec.template.spec.containers[0].env[0].value';
  const checked = cluster.provider.check({
    ...target(type('apps/v1:Deployment')),
    olds: plain({}),
    news: { value: changed(objects.deployment, path, 'hunter2'), secrets: new Set([path]) },
    seed: new Uint8Array(),
  });
  expect([...checked.inputs.secrets]).toEqual(['spec.template.spec.containers']);
});

describe('the provider itself', () => {
  const config = (server: string, identifier?: string): ValueObject => ({
    kubeconfig: kubeconfig('plain', server),
    ...(identifier === undefined ? {} : { clusterIdentifier: identifier }),
  });
  const [one, two] = ['https://one.example.com', 'https://two.example.com'];

  test.each([
    ['another server', config(one), config(two), ['kubeconfig']],
    ['an unknown kubeconfig', config(one), { kubeconfig: UNKNOWN }, ['kubeconfig']],
    ['another server, the same identifier', config(one, 'a'), config(two, 'a'), []],
    [
      'an unknown kubeconfig, the same identifier',
      config(one, 'a'),
      { kubeconfig: UNKNOWN, clusterIdentifier: 'a' },
      [],
    ],
    ['another identifier', config(one, 'a'), config(one, 'b'), ['clusterIdentifier']],
    ['an identifier that is new', config(one), config(one, 'a'), []],
    ['nothing', config(one), config(one), []],
  ] as const)('%s replaces what it should', (_, olds, news, replaces) => {
    expect(cluster.provider.diffConfig(olds, news).replaces).toEqual(replaces);
  });

  test('settings that the real provider does not have are refused', () => {
    expect(cluster.provider.checkConfig(plain({ enableServerSideAply: 'true' }))[0]?.reason).toContain(
      'did you mean "enableServerSideApply"',
    );
    expect(cluster.provider.checkConfig(plain({ deleteUnreachable: 'yes' }))[0]?.reason).toContain('true or false');
    expect(cluster.provider.checkConfig(plain({ kubeconfig: UNKNOWN, suppressHelmHookWarnings: 'true' }))).toEqual([]);
  });
});

test('a canonical quantity is worth the same and stays as it is', () => {
  const suffix = constantFrom('', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E2');
  assert(
    property(integer({ min: 0, max: 99_999 }), integer({ min: 0, max: 999 }), suffix, (whole, fraction, unit) => {
      const text = `${whole}.${fraction}${unit}`;
      const canonical = canonicalQuantity(text) ?? '';
      expect(parseQuantity(canonical)?.nano).toBe(parseQuantity(text)?.nano);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
  expect(
    ['1000m', '0.5', '1024Mi', '1.5Gi', '1536Ki', '100', '1e3', '512Ki', '0.5Ki', '2000'].map(canonicalQuantity),
  ).toEqual(['1', '500m', '1Gi', '1536Mi', '1536Ki', '100', '1e3', '512Ki', '512', '2k']);
});
