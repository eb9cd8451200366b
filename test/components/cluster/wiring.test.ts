import * as pulumi from '@pulumi/pulumi';
import { Edge } from '../../../components/edge';
import { endpoints } from '../../../components/manifests/endpoints';
import { record, valueOf, type Recorded, type Recording } from '../../support/pulumi/recorder';
import { clusterOutputs, objectsOf, recordFactory } from './factory';
import { existing, gke, names, plan } from './fixtures';

/** Two types stand for the twelve: one with state, one without. */
const two = [plan('python'), plan('tester')];

let onGke: Recording;
let elsewhere: Recording;
beforeAll(async () => {
  ({ recording: onGke } = await recordFactory({ platform: gke, plans: two, exposure: 'internal' }));
  const modelKeys = { kind: 'values', values: { claude: 'sk-model-key' } } as const;
  ({ recording: elsewhere } = await recordFactory({
    platform: existing,
    plans: two,
    exposure: 'internal',
    dispatcher: { modelKeys },
  }));
});

function named(recording: Recording, kind: string, name: string): Recorded {
  const [found] = recording.all.filter(
    ({ type, inputs }) =>
      type.endsWith(`:${kind}`) && (inputs['metadata'] as { name?: string } | undefined)?.name === name,
  );
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('every resource', () => {
  it('has a parent, and a name that begins with its parent’s', async () => {
    const byUrn = new Map(onGke.all.map((resource) => [resource.urn, resource]));
    for (const { custom, parent, name } of onGke.all) {
      if (!custom) continue;
      const above = byUrn.get(parent);
      expect(above?.type).toMatch(/^agent-factory:components:/);
      expect(name.startsWith(above?.name ?? '?')).toBe(true);
    }
  });

  it('in the cluster says that it is the factory’s', async () => {
    for (const { metadata } of objectsOf(elsewhere))
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/part-of': 'agent-factory',
        'app.kubernetes.io/managed-by': 'pulumi',
      });
  });

  it('in a namespace waits for it, and with it for what bounds it', async () => {
    const agents = named(onGke, 'Namespace', 'factory-agents');
    const deny = onGke.one('kubernetes:networking.k8s.io/v1:NetworkPolicy', 'namespaces-agents-default-deny');
    const deployment = named(onGke, 'Deployment', 'agent-tester');
    expect(onGke.waitsFor(deployment, agents)).toBe(true);
    expect(onGke.waitsFor(deny, agents)).toBe(true);
  });
});

describe('the order', () => {
  it('puts policies before pods', async () => {
    for (const name of ['agent-python', 'agent-tester']) {
      const workload = named(onGke, name === 'agent-python' ? 'StatefulSet' : 'Deployment', name);
      expect(onGke.waitsFor(workload, named(onGke, 'NetworkPolicy', name))).toBe(true);
    }
    expect(onGke.waitsFor(named(onGke, 'Deployment', 'serve'), named(onGke, 'NetworkPolicy', 'serve'))).toBe(true);
  });

  it('hands the metrics API over last, and so takes it back first', async () => {
    const api = named(onGke, 'APIService', 'v1beta1.external.metrics.k8s.io');
    for (const behind of [
      named(onGke, 'Deployment', 'metrics-adapter'),
      named(onGke, 'Service', 'metrics-adapter'),
      named(onGke, 'NetworkPolicy', 'metrics-adapter'),
      named(onGke, 'Secret', 'metrics-adapter-tls'),
    ])
      expect(onGke.waitsFor(api, behind)).toBe(true);
  });

  it('gives the recycler its right before it starts', async () => {
    expect(onGke.waitsFor(named(onGke, 'Deployment', 'recycler'), named(onGke, 'RoleBinding', 'recycler'))).toBe(true);
  });
});

describe('secrets', () => {
  it('are secret wherever they go', async () => {
    const values = [
      'sk-model-key',
      Buffer.alloc(32, 7).toString('base64'),
      'dispatcher-secrets-token-bootstrap-',
      'dispatcher-secrets-token-metrics-',
      'redis-password-',
      'PRIVATE queue-metric-certificate-key',
      'PRIVATE queue-metric-certificate-authority-key',
    ];
    for (const { inputs, secretInputs, name, type } of elsewhere.all) {
      const open = Object.entries(inputs).filter(([key]) => !secretInputs.includes(key));
      for (const value of values)
        if (JSON.stringify(open).includes(value)) throw new Error(`${type} ${name} shows ${value}`);
    }
  });

  it('reach the dispatcher as files: nothing of them is in an environment', async () => {
    const workloads = objectsOf(onGke).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
    expect(JSON.stringify(workloads)).not.toMatch(/secretKeyRef|auth-string|token-bootstrap-/);
  });

  it('show in no preview that pods change with them, but as a digest', async () => {
    const workloads = onGke.all.filter(({ type }) => type.startsWith('kubernetes:apps/'));
    expect(workloads.flatMap(({ secretInputs }) => secretInputs)).toEqual([]);
  });

  it('are known to the dispatcher by their digests only', async () => {
    const { recording, result } = await recordFactory({ platform: gke, plans: two });
    const tokens = await valueOf(result.dispatcher.tokens);
    expect(Object.keys(tokens ?? {}).sort()).toEqual(['bootstrap', 'metrics']);
    const files = recording.one('kubernetes:core/v1:Secret', 'dispatcher-serve-config').inputs['stringData'] as Record<
      string,
      string
    >;
    const config = JSON.parse(files['config.json'] ?? '') as { tokens: { subject: string; sha256: string }[] };
    expect(config.tokens.map(({ subject }) => subject)).toEqual(['bootstrap', 'metrics']);
    expect(files['config.json']).not.toContain(tokens?.['bootstrap']);
    expect(await pulumi.isSecret(result.dispatcher.tokens)).toBe(true);
  });

  it('change the digest on the pods when they change', async () => {
    const hashOf = async (redis: string): Promise<unknown> => {
      const outputs = { ...clusterOutputs, 'random:index/randomPassword:RandomPassword': () => ({ result: redis }) };
      const { recording } = await recordFactory({ platform: existing, plans: two }, { outputs });
      const spec = named(recording, 'Deployment', 'recycler').inputs['spec'] as {
        template: { metadata: { annotations: object } };
      };
      return spec.template.metadata.annotations;
    };
    expect(await hashOf('one')).toEqual(await hashOf('one'));
    expect(await hashOf('one')).not.toEqual(await hashOf('two'));
  });
});

describe('the metric back end', () => {
  const owners = (recording: Recording): string[] =>
    objectsOf(recording)
      .map(({ kind }) => kind)
      .filter((kind) => ['APIService', 'AutoscalingMetric', 'ScaledObject'].includes(kind));

  it.each([
    ['dispatcher', ['APIService']],
    ['gke', two.map(() => 'AutoscalingMetric')],
    ['keda', two.map(() => 'ScaledObject')],
  ] as const)('is one: %s', async (backend, expected) => {
    const { recording } = await recordFactory({ platform: gke, plans: two, backend });
    expect(owners(recording)).toEqual(expected);
    const adapters = objectsOf(recording).filter(({ metadata }) => metadata.name === 'metrics-adapter');
    expect(adapters.length > 0).toBe(backend === 'dispatcher');
  });

  it('knows the aggregator by what the cluster says', async () => {
    const handed = named(onGke, 'ConfigMap', 'aggregator-client-ca').inputs['data'];
    expect(handed).toEqual({ 'requestheader-client-ca-file': expect.stringContaining('AGGREGATOR') as string });
    const config = named(onGke, 'ConfigMap', 'metrics-adapter').inputs['data'] as Record<string, string>;
    expect(JSON.parse(config['config.json'] ?? '')).toMatchObject({
      metrics_adapter: { allowed_names: ['front-proxy-client'] },
    });
  });

  it('can be previewed before there is a cluster to ask', async () => {
    const { recording } = await recordFactory({ platform: gke, plans: two }, { preview: true });
    expect(named(recording, 'ConfigMap', 'aggregator-client-ca').type).toBe('kubernetes:core/v1:ConfigMap');
    expect(recording.of('kubernetes:apps/v1:Deployment')).toHaveLength(5);
  });
});

it('shows what it can of a factory that is not there yet', async () => {
  const { recording } = await recordFactory({ platform: gke, plans: two, exposure: 'internal' }, { preview: true });
  const serve = named(recording, 'Deployment', 'serve').inputs['spec'];
  expect(JSON.stringify(serve)).toContain('sha256:');
});

it('tells where agents and people find it', async () => {
  const { result } = await recordFactory({ platform: gke, plans: two });
  expect(result.dispatcher.url).toBe(`http://${endpoints.http.host}:7070`);
  expect(await valueOf(result.dispatcher.serviceAccounts.modelGateway)).toBe('model-gateway');
});

it('refuses an edge that could not come up, with every fault', async () => {
  const make = () => new Edge('edge', { names, platform: existing, exposure: 'internal', host: 'factory.example.com' });
  await expect(record(make)).rejects.toThrow(
    '[edge.gatewayClass] is needed for a cluster that is there\n[edge.certificates] names no TLS Secret',
  );
});

it('mounts no keys of models where there are none', async () => {
  const modelKeys = { kind: 'secretManager', project: 'my-project', secrets: {} } as const;
  const { recording } = await recordFactory({ platform: gke, plans: [], dispatcher: { modelKeys } });
  expect(recording.of('agent-factory:components:ModelKeys')).toEqual([]);
  expect(elsewhere.of('agent-factory:components:ModelKeys')).toHaveLength(1);
});

it('stays below what a preview can carry', async () => {
  const { recording } = await recordFactory({ platform: gke, exposure: 'internal' });
  expect(recording.all.length).toBeLessThan(220);
});
