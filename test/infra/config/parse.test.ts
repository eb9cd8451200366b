import { agentTypes, FactoryError } from '@agent-factory/contract';
import type { Json } from '../../../infra/config/inherit';
import { parseConfiguration, type Configuration } from '../../../infra/config/parse';

const surroundings = {
  catalogue: agentTypes,
  gcp: { project: 'some-project', region: 'europe-west1' },
  isSecret: () => true,
};

const parse = (raw: Record<string, Json> = {}, over: Partial<typeof surroundings> = {}): Configuration =>
  parseConfiguration({ environment: 'dev', protect: false, ...raw }, { ...surroundings, ...over });

function faultsOf(raw: Record<string, Json>, over: Partial<typeof surroundings> = {}): string[] {
  try {
    parse(raw, over);
    return [];
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.faults.map(({ path, message }) => `${path}: ${message}`);
  }
}

const digest = `sha256:${'a'.repeat(64)}`;
const digests = Object.fromEntries(agentTypes.map(({ name }) => [name, digest]));
const prod: Record<string, Json> = {
  environment: 'prod',
  protect: true,
  cluster: { regional: true },
  pools: { system: { min: 3, max: 3 } },
  queue: { highAvailability: true },
  database: { highAvailability: true, pointInTimeRecovery: true },
  images: { source: 'digest', dispatcher: digest, agents: digests },
};
const existing: Record<string, Json> = {
  cluster: { kind: 'existing', name: 'kind' },
  queue: { kind: 'inCluster' },
  images: { registry: 'localhost:5000' },
  database: { enabled: false },
  dispatcher: { artifacts: { backend: 'volume' }, serve: { replicas: 1, maxReplicas: 1 } },
};

describe('the configuration of a stack', () => {
  test('needs nothing but what it is: the defaults are a whole environment', () => {
    const config = parse();
    expect(config.plans.map(({ name }) => name)).toEqual(agentTypes.map(({ name }) => name));
    expect(config.cloud).toEqual({ project: 'some-project', region: 'europe-west1', zones: ['europe-west1-b'] });
  });

  test('what Pulumi fills in for a part that is left out counts as left out', () => {
    expect(parse({ inherits: '', cluster: {}, budget: {}, pipeline: {} })).toEqual(parse());
  });

  test('a regional cluster spans three zones', () => {
    expect(parse(prod).cloud?.zones).toEqual(['europe-west1-b', 'europe-west1-c', 'europe-west1-d']);
  });

  test('prod may be made before it has images', () => {
    expect(parse({ ...prod, images: { source: 'none' } }).images.source).toBe('none');
  });

  test('an existing cluster needs no cloud', () => {
    expect(parse(existing, { gcp: {} } as Partial<typeof surroundings>).cloud).toBeUndefined();
  });

  test('an override of a type replaces what it names and leaves the rest as the record says', () => {
    const config = parse({ agents: { python: { max: 3, cpu: { request: 2 } }, ml: { enabled: false } } });
    const python = config.plans.find(({ name }) => name === 'python');
    expect(python).toMatchObject({
      replicas: { min: 1, max: 3 },
      resources: { cpu: { request: 2, limit: 8 } },
      queueTarget: 5,
    });
    expect(config.plans.some(({ name }) => name === 'ml')).toBe(false);
  });

  test('a request above the limit of the record raises the limit with it', () => {
    expect(
      parse({ agents: { tester: { cpu: { request: 3 } } } }).plans.find(({ name }) => name === 'tester')?.resources.cpu,
    ).toEqual({
      request: 3,
      limit: 3,
    });
  });

  test('model providers get a file for their key, and say which secrets there are', () => {
    const { models } = parse({
      models: {
        providers: {
          claude: { kind: 'anthropic' },
          near: { kind: 'openai-compatible', base_url: 'http://models.example:8000/v1', keyless: true },
        },
        models: { sonnet: { provider: 'claude', model: 'x', tiers: ['standard'] } },
      },
    });
    expect(models.secrets).toEqual(['claude']);
    expect(models.gateway.providers['claude']).toMatchObject({ api_key_file: '/etc/dispatcher/model-keys/claude' });
  });

  test.each<[string, Record<string, Json>, string]>([
    ['a misspelt key', { netwrk: {} }, 'netwrk: is not a known field; did you mean network?'],
    ['a misspelt key inside', { network: { node: '10.0.0.0/20' } }, 'network.node: is not a known field'],
    ['an unknown environment', { environment: 'qa' }, 'environment: '],
    ['an unknown type', { agents: { pyton: {} } }, 'agents.pyton: is not an agent type'],
    ['min above max', { agents: { python: { min: 5, max: 2 } } }, 'agents.python.min: is 5, above the maximum of 2'],
    ['a pool with min above max', { pools: { small: { min: 9 } } }, 'pools.small.min: is 9, above the maximum of 4'],
    [
      'request above limit',
      { agents: { python: { cpu: { request: 4, limit: 2 } } } },
      'agents.python.cpu.limit: 2 is below the request',
    ],
    [
      'ranges that overlap',
      { network: { pods: '10.10.0.0/16' } },
      'network.pods: 10.10.0.0/16 overlaps network.nodes, 10.10.0.0/20',
    ],
    [
      'a range that is reserved',
      { network: { reserved: ['10.0.0.0/8'] } },
      'network.reserved[0]: 10.0.0.0/8 overlaps network.nodes',
    ],
    [
      'a range with host bits',
      { network: { nodes: '10.10.0.1/20' } },
      'network.nodes: "10.10.0.1/20" has host bits set; write 10.10.0.0/20',
    ],
    ['no range', { network: { nodes: '10.10.0/20' } }, 'network.nodes: "10.10.0/20" is not an IPv4 range'],
    [
      'a control plane that is no /28',
      { network: { controlPlane: '172.16.0.0/24' } },
      'network.controlPlane: 172.16.0.0/24 is not a /28',
    ],
    ['a tier that no pool serves', { pools: { gpu: { max: 0 } } }, 'agents.ml.pool: no pool serves tier gpu'],
    ['an unknown machine type', { pools: { small: { machineType: 'n2d-standard' } } }, 'pools.small.machineType: '],
    [
      'an agent that fits no node',
      { agents: { python: { cpu: { request: 20 } } } },
      'agents.python.cpu.request: 20 cores fit on no node of pool large',
    ],
    [
      'memory below what the runtime needs',
      { agents: { python: { memory: { request: 0.05 } } } },
      'agents.python.memory.request: is below what the runtime needs',
    ],
    [
      'two metric back ends',
      { queueMetric: { keda: { prometheusUrl: 'http://prometheus' } } },
      'queueMetric.keda: goes with backend keda',
    ],
    ['a metric back end that the version lacks', { queueMetric: { backend: 'gke' } }, 'queueMetric.backend: gke needs'],
    ['scaling from nothing without a back end for it', { agents: { tester: { min: 0 } } }, 'agents.tester.min: is 0'],
    [
      'Istio on gVisor pods',
      { namespaceLabels: { 'istio-injection': 'enabled' } },
      'namespaceLabels["istio-injection"]: Istio does not work in gVisor pods',
    ],
    [
      'an artifact volume for several replicas',
      { dispatcher: { artifacts: { backend: 'volume' } } },
      'dispatcher.serve.maxReplicas: is above 1',
    ],
    [
      'an artifact volume on Google Cloud',
      { dispatcher: { artifacts: { backend: 'volume' } } },
      'dispatcher.artifacts.backend: volume needs cluster.kind existing',
    ],
    ['an exposed API without a host', { edge: { exposure: 'internal' } }, 'edge.host: is needed'],
    [
      'an external API without certificates',
      { edge: { exposure: 'external', host: 'factory.example.com' } },
      'edge.certificateMap: is needed',
    ],
    ['digests that are missing', { images: { source: 'digest' } }, 'images.agents.python: has no digest'],
    ['a key for no provider', { modelKeys: { nobody: 'k' } }, 'modelKeys.nobody: no provider of that name takes a key'],
    [
      'a key in the models',
      { models: { providers: { a: { kind: 'anthropic', api_key_env: 'K' } } } },
      'models.providers.a.api_key_env: is made by the stack',
    ],
    ['a prod that is not protected', { ...prod, protect: false }, 'protect: must be true in prod'],
    [
      'an existing cluster with nothing to run',
      { ...existing, images: { registry: 'localhost:5000', source: 'none' } },
      'images.source: none needs cluster.kind gke',
    ],
    ['a prod that builds its images', { ...prod, images: {} }, 'images.source: must be digest in prod'],
    ['a prod without a replica of Redis', { ...prod, queue: {} }, 'queue.highAvailability: must be true in prod'],
    [
      'a managed queue in a cluster that is there',
      { ...existing, queue: { kind: 'redis' } },
      'queue.kind: redis is made on Google Cloud',
    ],
  ])('%s is refused with its path and what to write', (_, raw, expected) => {
    const faults = faultsOf(raw);
    expect(faults.filter((text) => text.startsWith(expected))).toHaveLength(1);
  });

  test('faults of parts and faults between parts are said together', () => {
    const faults = faultsOf({
      netwrk: {},
      network: { pods: '10.10.0.0/16' },
      agents: { python: { memory: { request: 0.05 }, min: 9, max: 1 } },
    });
    expect(faults.map((text) => text.split(':')[0])).toEqual([
      'agents.python.memory.request',
      'netwrk',
      'agents.python.min',
      'network.pods',
    ]);
  });

  test('a project or a region that is missing or unknown is said with the command that sets it', () => {
    expect(faultsOf({}, { gcp: {} } as Partial<typeof surroundings>)).toEqual([
      'gcp:project: is not set; run: pulumi config set gcp:project <id>',
      'gcp:region: is not set; run: pulumi config set gcp:region europe-west1',
    ]);
    expect(faultsOf({}, { gcp: { project: 'some-project', region: 'europe-west99' } })).toEqual([
      'gcp:region: "europe-west99" is not a region of Google Cloud; did you mean europe-west1?',
    ]);
  });

  test('a secret in plain text is refused, and not quoted', () => {
    const raw = { models: { providers: { a: { kind: 'anthropic' } } }, modelKeys: { a: 'hunter2' } };
    const faults = faultsOf(raw, { isSecret: () => false });
    expect(faults).toEqual([expect.stringMatching(/^modelKeys: holds a secret in plain text/)]);
    expect(faults.join()).not.toContain('hunter2');
  });
});
