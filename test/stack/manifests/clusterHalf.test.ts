import { platformOf } from '../../../components/manifests/platform';
import { objectsOf, recordFactory, type FactoryOptions, type KubernetesObject } from '../../components/cluster/factory';
import { existing, gke, plan } from '../../components/cluster/fixtures';
import { ApiServer } from './apiServer';

/** What an API server says of the cluster half of a factory: the real schemas and rules of Kubernetes 1.34 and of the custom kinds. */

jest.setTimeout(120_000);

async function deployed(options: FactoryOptions): Promise<KubernetesObject[]> {
  const { recording } = await recordFactory(options);
  return objectsOf(recording);
}

const models = { claim: 'models', bucket: true };
const claim: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'models', namespace: 'factory-agents' },
  spec: { accessModes: ['ReadOnlyMany'], resources: { requests: { storage: '1Ti' } } },
};
const managedKeys = {
  kind: 'secretManager',
  project: 'my-project',
  secrets: { claude: 'factory-dev-claude' },
} as const;
const givenKeys = { kind: 'values', values: { claude: 'a-key' } } as const;

const onGke: [string, FactoryOptions, KubernetesObject[]][] = [
  ['with the dispatcher’s own metric, for the VPC', { platform: gke, exposure: 'internal' }, []],
  ['with GKE’s metric, for the internet', { platform: gke, backend: 'gke', exposure: 'external' }, []],
  ['with keys in Secret Manager', { platform: gke, dispatcher: { modelKeys: managedKeys } }, []],
  ['with models from a bucket and accelerators', { platform: gke, agents: { models, gpus: 1 } }, [claim]],
  [
    'with types that go down to none',
    {
      platform: platformOf({ kind: 'gke', version: '1.37' }),
      plans: [plan('tester', { replicas: { min: 0, max: 4 } })],
    },
    [],
  ],
];

it.each(onGke)('takes a factory on GKE %s', async (_name, options, more) => {
  const server = await ApiServer.open('gke', 37, ['secrets-store']); // the cluster has the add-on of Secret Manager
  expect(server.faults([...(await deployed(options)), ...more])).toEqual([]);
});

const elsewhere: [string, FactoryOptions][] = [
  ['with the dispatcher’s own metric', { platform: existing, dispatcher: { modelKeys: givenKeys } }],
  [
    'without a recycler and with one replica of a role',
    { platform: existing, dispatcher: { serve: { replicas: 1, maxReplicas: 1, cpu: 0.05, memory: 0.125 } } },
  ],
];

it.each(elsewhere)('takes a factory on a cluster that is there, %s', async (_name, options) => {
  const server = await ApiServer.open('plain', 34);
  expect(server.faults(await deployed(options))).toEqual([]);
});

it('takes a factory with KEDA and a Gateway on a cluster that has their kinds', async () => {
  const server = await ApiServer.open('plain', 34, ['keda', 'gateway-api']);
  const faults = server.faults(await deployed({ platform: existing, backend: 'keda', exposure: 'internal' }));
  // The class of the Gateway is the cluster's own, and not of this stack.
  expect(faults).toEqual([expect.stringMatching(/^Gateway .*nginx/)]);
});

it('finds what is planted: the judge of this file is awake', async () => {
  const server = await ApiServer.open('gke', 36);
  const objects = await deployed({ platform: gke });
  const broken = objects.map((object) => {
    if (object.kind !== 'StatefulSet') return object;
    const text = JSON.stringify(object)
      .replace('"runAsNonRoot":true', '"runAsNonRoot":false')
      .replace('"emptyDir"', '"emtyDir"');
    return JSON.parse(text) as KubernetesObject; // as it was
  });
  const faults = server.faults(broken);
  expect(faults.some((fault) => fault.includes('emtyDir'))).toBe(true);
  expect(faults.some((fault) => fault.includes('PodSecurity "restricted"'))).toBe(true);
});
