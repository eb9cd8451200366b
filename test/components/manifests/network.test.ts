import { modelsConfigSchema } from '@agent-factory/contract';
import { agentHostPolicy, agentNetworkPolicy } from '../../../components/manifests/network/agents';
import {
  metricsAdapterDoors,
  modelGatewayDoors,
  recyclerDoors,
  rolePolicies,
  serveDoors,
  type Doors,
} from '../../../components/manifests/network/dispatcher';
import { hostPolicy, parseHost } from '../../../components/manifests/network/hosts';
import { defaultDeny } from '../../../components/manifests/network/policy';
import { providerEgress, providerHosts } from '../../../components/manifests/network/providers';
import { redisNetworkPolicy } from '../../../components/manifests/network/redis';
import { internet, type EgressRule, type Peer } from '../../../components/manifests/network/rules';
import { edgePeers } from '../../../components/manifests/edge/policies';
import { existing, gke, models, names, plan, plans } from '../cluster/fixtures';

/** A rule in one line: who, and on which ports. */
function say({ ports, ...rule }: { to?: Peer[]; from?: Peer[]; ports: { port: number; protocol: string }[] }): string {
  const peers = (rule.to ?? rule.from ?? []).map((peer) => {
    if (peer.ipBlock !== undefined)
      return `${peer.ipBlock.cidr}${peer.ipBlock.except === undefined ? '' : ' but private'}`;
    const space = Object.values(peer.namespaceSelector?.matchLabels ?? {}).join();
    const pods = peer.podSelector?.matchLabels ?? {};
    return `${space}/${pods['app.kubernetes.io/name'] ?? pods['app.kubernetes.io/component'] ?? Object.values(pods).join()}`;
  });
  return `${peers.join(' or ') || 'anyone'}: ${ports.map(({ port, protocol }) => (protocol === 'UDP' ? `${port}/udp` : port)).join(' ')}`;
}

const around = {
  platform: gke,
  redis: { kind: 'cidr' as const, cidr: '10.40.0.4/32', port: 6378 },
  collectors: ['gmp-system'],
};
const gkeDns =
  'kube-system/kube-dns or kube-system/node-local-dns or 169.254.20.10/32 or 169.254.169.254/32: 53/udp 53';
const always = [gkeDns, '10.40.0.4/32: 6378'];
const spoken = ({ ingress, egress }: Doors): { in: string[]; out: string[] } => ({
  in: ingress.map(say),
  out: egress.map(say),
});

it('closes a namespace both ways for every pod', () => {
  expect(defaultDeny('factory-agents', {}).spec).toEqual({
    podSelector: { matchLabels: {} },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  });
});

describe('agents', () => {
  it('reach names, the dispatcher and the model gateway, and are reached by nobody', () => {
    for (const one of plans) {
      const { spec } = agentNetworkPolicy(one, names, gke);
      expect(spec.ingress).toEqual([]);
      expect(spec.egress.map(say)).toEqual([
        gkeDns,
        'factory-system/serve: 7070 7071',
        'factory-system/model-gateway: 7070',
      ]);
    }
  });

  it('never reach the metadata server, Redis, the Kubernetes API or the internet by address', () => {
    for (const platform of [gke, existing])
      for (const one of plans) {
        const open = agentNetworkPolicy(one, names, platform).spec.egress.filter(({ to }) =>
          to.some(({ ipBlock }) => ipBlock),
        );
        expect(open.flatMap(({ ports }) => ports.map(({ port }) => port)).filter((port) => port !== 53)).toEqual([]);
      }
  });

  it('reach the hosts of their record by name, where the cluster can say so', () => {
    expect(agentHostPolicy(plan('python'), names, gke, false)?.spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': 'python' } },
      egress: [
        {
          matches: [{ name: 'pypi.org' }, { name: 'files.pythonhosted.org' }],
          ports: [
            { protocol: 'TCP', port: 80 },
            { protocol: 'TCP', port: 443 },
          ],
        },
      ],
    });
    expect(agentHostPolicy(plan('ml'), names, gke, false)).toBeUndefined();
    expect(agentHostPolicy(plan('python'), names, existing, false)).toBeUndefined();
  });

  it('reach a bucket of models only when models are in one', () => {
    expect(agentHostPolicy(plan('ml'), names, gke, true)?.spec.egress).toEqual([
      { matches: [{ name: 'storage.googleapis.com' }], ports: [{ protocol: 'TCP', port: 443 }] },
    ]);
  });
});

it('reads hosts as records write them, and puts those with the same ports together', () => {
  expect(parseHost('registry.npmjs.org')).toEqual({ host: 'registry.npmjs.org', ports: [80, 443] });
  expect(parseHost('db.example.com:5432')).toEqual({ host: 'db.example.com', ports: [5432] });
  const hosts = ['a.example', '*.b.example', 'c.example:8443'].map(parseHost);
  const { egress } = hostPolicy({ name: 'a', namespace: 'b', labels: {}, selector: {}, hosts }).spec;
  expect(egress.map(({ matches }) => matches)).toEqual([
    [{ name: 'a.example' }, { pattern: '*.b.example' }],
    [{ name: 'c.example' }],
  ]);
});

describe('serve', () => {
  const options = { ...around, edge: [], database: undefined, keysHost: undefined, bucket: false };

  it('admits agents and the collector, and reaches Redis and names', () => {
    expect(spoken(serveDoors(options))).toEqual({
      in: ['gmp-system/: 7070', 'factory-agents/agent: 7070 7071'],
      out: always,
    });
  });

  it('admits load balancers when people come from outside', () => {
    const edge = edgePeers(gke, '10.42.0.0/23');
    expect(spoken(serveDoors({ ...options, edge })).in).toContain(
      '35.191.0.0/16 or 130.211.0.0/22 or 10.42.0.0/23: 7070 7071',
    );
    expect(edgePeers(gke, undefined)).toHaveLength(2);
    expect(
      spoken(serveDoors({ ...options, platform: existing, edge: edgePeers<string>(existing, undefined) })).in,
    ).toContain('/: 7070 7071');
  });

  it('reaches the database, the keys of the cluster and a bucket only when it has them', () => {
    const all = serveDoors({
      ...options,
      database: { cidr: '10.41.0.7/32', port: 5432 },
      keysHost: 'container.googleapis.com',
      bucket: true,
    });
    expect(spoken(all).out).toEqual([
      ...always,
      '10.41.0.7/32: 5432',
      '169.254.169.254/32: 80 988',
      '169.254.169.252/32: 988',
    ]);
    expect(all.hosts.map(({ host }) => host)).toEqual([
      'container.googleapis.com',
      'storage.googleapis.com',
      'sts.googleapis.com',
      'iamcredentials.googleapis.com',
    ]);
  });

  it('reaches the keys over the internet where names cannot be allowed', () => {
    const doors = serveDoors({ ...options, platform: existing, keysHost: 'keys.example.com' });
    expect(doors.hosts).toEqual([]);
    expect(spoken(doors).out.at(-1)).toBe('0.0.0.0/0 but private: 443');
  });
});

describe('the model gateway', () => {
  it('reaches its providers by name, a Service by its namespace, and the metadata server for Vertex', () => {
    const doors = modelGatewayDoors({ ...around, models });
    expect(spoken(doors)).toEqual({
      in: ['gmp-system/: 7070', 'factory-agents/agent: 7070'],
      out: [...always, 'models/: 8000', '169.254.169.254/32: 80 988', '169.254.169.252/32: 988'],
    });
    expect(doors.hosts.map(({ host, ports }) => `${host}:${ports.join()}`)).toEqual([
      'api.anthropic.com:443',
      'europe-west1-aiplatform.googleapis.com:443',
      'oauth2.googleapis.com:443',
      'sts.googleapis.com:443',
      'iamcredentials.googleapis.com:443',
    ]);
  });

  it('reaches the public internet on its providers’ ports where names cannot be allowed', () => {
    const { rules, hosts } = providerEgress(models, existing);
    expect(hosts).toEqual([]);
    expect(rules.map(say)).toEqual(['models/: 8000', '0.0.0.0/0 but private: 443']);
  });

  it('reaches nothing without a provider', () => {
    const none = modelsConfigSchema.parse({});
    expect(spoken(modelGatewayDoors({ ...around, models: none })).out).toEqual(always);
  });

  it.each([
    [{ kind: 'openai-compatible', base_url: 'https://api.openai.com/v1' }, 'api.openai.com:443'],
    [{ kind: 'openai-compatible', base_url: 'http://10.0.0.9:11434/v1' }, '10.0.0.9:11434'],
    [{ kind: 'google-vertex', project: 'my-project', location: 'global' }, 'aiplatform.googleapis.com:443'],
  ])('finds where a provider is: %j', (provider, where) => {
    const parsed = modelsConfigSchema.parse({ providers: { one: provider } }).providers['one'];
    const [first] = parsed === undefined ? [] : providerHosts(parsed);
    expect(`${first?.host}:${first?.ports.join()}`).toBe(where);
  });

  it('reaches an address by itself', () => {
    const config = modelsConfigSchema.parse({
      providers: { one: { kind: 'openai-compatible', base_url: 'http://10.0.0.9:11434/v1' } },
    });
    expect(providerEgress(config, gke).rules.map(say)).toEqual(['10.0.0.9/32: 11434']);
  });
});

it('admits the aggregator to the metrics adapter from the control plane, or from anywhere: it proves itself', () => {
  const doors = metricsAdapterDoors({ ...around, controlPlane: ['172.16.0.0/28'] });
  expect(spoken(doors)).toEqual({
    in: ['gmp-system/: 7070', '172.16.0.0/28 or kube-system/konnectivity-agent: 10250'],
    out: always,
  });
  expect(spoken(metricsAdapterDoors({ ...around, controlPlane: [] })).in.at(-1)).toBe('anyone: 10250');
});

it('lets only the recycler reach the Kubernetes API', () => {
  const kubernetesApi = { cidrs: ['172.16.0.2/32'], ports: [443] };
  expect(spoken(recyclerDoors({ ...around, kubernetesApi }))).toEqual({
    in: ['gmp-system/: 7070'],
    out: [...always, '172.16.0.2/32: 443'],
  });
});

it('lets the dispatcher’s roles reach the Redis of the cluster, which reaches nobody', () => {
  const { spec } = redisNetworkPolicy(6379);
  expect(spec.ingress.map(say)).toEqual(['factory-system/dispatcher: 6379']);
  expect(spec.egress).toEqual([]);
  const doors = recyclerDoors({
    ...around,
    platform: existing,
    redis: { kind: 'pods', port: 6379 },
    collectors: [],
    kubernetesApi: { cidrs: ['0.0.0.0/0'], ports: [6443] },
  });
  expect(spoken(doors)).toEqual({
    in: [],
    out: ['kube-system/kube-dns: 53/udp 53', 'factory-system/redis: 6379', '0.0.0.0/0 but private: 6443'],
  });
});

it('leaves the metadata server out of the widest range', () => {
  const kubernetesApi = { cidrs: ['0.0.0.0/0', '10.0.0.1/32'], ports: [6443] };
  const { egress } = recyclerDoors({ ...around, kubernetesApi });
  expect(egress.at(-1)?.to).toEqual([
    { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
    { ipBlock: { cidr: '10.0.0.1/32' } },
  ]);
});

it('makes the policies of a role for its pods alone', () => {
  const { network, hosts } = rolePolicies(
    'serve',
    { ingress: [], egress: [], hosts: [{ host: 'a.example', ports: [443] }] },
    names,
  );
  expect(network.spec.podSelector.matchLabels).toEqual({
    'app.kubernetes.io/component': 'dispatcher',
    'app.kubernetes.io/name': 'serve',
  });
  expect(hosts?.spec.podSelector).toEqual(network.spec.podSelector);
  expect(rolePolicies('serve', { ingress: [], egress: [], hosts: [] }, names).hosts).toBeUndefined();
});

it('means by the internet no address that is not public', () => {
  const rule: EgressRule = internet(443);
  const except = rule.to[0]?.ipBlock?.except ?? [];
  for (const range of [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    '127.0.0.0/8',
    '100.64.0.0/10',
  ])
    expect(except).toContain(range);
});
