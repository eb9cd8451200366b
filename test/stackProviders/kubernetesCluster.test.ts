import { NotReadyError, RefusedError } from '../stack/providers/shared/provider';
import type { ValueObject } from '../stack/providers/shared/values';
import * as objects from './kubernetesObjects';
import {
  changed,
  kubeconfig,
  plain,
  target,
  testCluster,
  type TestCluster,
  type TestClusterOptions,
} from './kubernetesSupport';

const clusters: TestCluster[] = [];
async function cluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const one = await testCluster(options);
  clusters.push(one);
  return one;
}
afterAll(() => clusters.forEach((one) => one.remove()));

const type = (kind: string): string => `kubernetes:${kind}`;
const deploymentType = type('apps/v1:Deployment');
const inNamespace = { name: 'agent-python', namespace: 'factory-agents' };

/** A namespace, an account and a Deployment that starts in it. */
async function deployed(options: TestClusterOptions = {}): Promise<TestCluster> {
  const one = await cluster(options);
  await one.create(type('core/v1:Namespace'), objects.namespace);
  await one.create(type('core/v1:ServiceAccount'), { metadata: inNamespace });
  await one.create(deploymentType, objects.deployment);
  return one;
}

async function reasons(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return error instanceof Error ? error.message : 'nothing failed';
}

test('an object comes back completed as the API server and its controllers complete it', async () => {
  const one = await deployed();
  const live = one.cloud.find(deploymentType, 'factory-agents/agent-python')?.properties;
  expect(live).toMatchObject({
    metadata: { generation: 1, resourceVersion: '1' },
    spec: {
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        spec: {
          restartPolicy: 'Always',
          containers: [{ imagePullPolicy: 'IfNotPresent', ports: [{ protocol: 'TCP' }] }],
        },
      },
    },
    status: { readyReplicas: 2 },
  });
  const service = await one.create(type('core/v1:Service'), objects.service);
  expect(service.id).toBe('factory-agents/agent-python');
  expect(service.state.value).toMatchObject({
    spec: { type: 'ClusterIP', clusterIP: expect.stringMatching(/^34\.118\./) },
  });
});

test('quantities are kept in their canonical form, so that no spelling is a change', async () => {
  const one = await cluster();
  const spelled = changed(objects.deployment, 'spec.template.spec.containers[0].resources', {
    requests: { cpu: '0.25', memory: '1024Mi' },
    limits: { cpu: '1000m', memory: '1Gi' },
  });
  const { inputs } = one.provider.check({
    ...target(deploymentType),
    olds: plain({}),
    news: plain(spelled),
    seed: new Uint8Array(),
  });
  expect(inputs.value).toMatchObject({
    spec: {
      template: {
        spec: { containers: [{ resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '1' } } }] },
      },
    },
  });
});

test('a namespace that does not exist, a name that is taken and a kind without its CRD are refused', async () => {
  const one = await cluster({ preset: 'plain' });
  expect(await reasons(one.create(type('core/v1:ConfigMap'), objects.configMap))).toContain(
    'namespaces "factory-agents" not found',
  );
  await one.create(type('core/v1:Namespace'), objects.namespace);
  await one.create(type('core/v1:ConfigMap'), objects.configMap);
  expect(await reasons(one.create(type('core/v1:ConfigMap'), objects.configMap))).toContain('already exists');
  expect(await reasons(one.create(type('gateway.networking.k8s.io/v1:Gateway'), objects.gateway))).toContain(
    'the CRDs of gateway-api are not installed',
  );
});

test('with upsertExistingObjects a name that is taken is updated', async () => {
  const one = await cluster({ config: { upsertExistingObjects: 'true' } });
  await one.create(type('core/v1:Namespace'), objects.namespace);
  await one.create(type('core/v1:ConfigMap'), objects.configMap);
  const again = await one.create(type('core/v1:ConfigMap'), changed(objects.configMap, 'data', { other: 'x' }));
  expect(again.state.value['data']).toEqual({ other: 'x' });
});

/** What a Deployment names, and how its absence is reported. */
const references: readonly (readonly [string, ValueObject | string, string])[] = [
  ['serviceAccountName', 'nobody', 'serviceaccount "nobody" not found'],
  ['runtimeClassName', 'kata', 'no RuntimeClass with name kata'],
  ['priorityClassName', 'urgent', 'no PriorityClass with name urgent'],
];

test.each(references)('a pod whose %s is not there does not become ready', async (field, value, message) => {
  const one = await deployed();
  const broken = changed(changed(objects.deployment, 'metadata.name', 'other'), `spec.template.spec.${field}`, value);
  const failure = await one.create(deploymentType, broken).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotReadyError);
  expect(String(failure)).toContain(message);
  expect(one.cloud.find(deploymentType, 'factory-agents/other')?.notReady).toHaveLength(1);
});

test('a key that a ConfigMap or Secret does not have keeps the pod from starting', async () => {
  const one = await deployed();
  await one.create(type('core/v1:Secret'), objects.secret);
  const env = (key: string, name = 'agent-python'): ValueObject[] => [
    { name: 'P', valueFrom: { secretKeyRef: { name, key } } },
  ];
  const path = 'spec.template.spec.containers[0].env';
  const other = changed(objects.deployment, 'metadata.name', 'other');
  expect(await reasons(one.create(deploymentType, changed(other, path, env('passwort'))))).toContain(
    "couldn't find key passwort",
  );
  expect(
    await reasons(
      one.create(deploymentType, changed(changed(other, 'metadata.name', 'third'), path, env('a', 'none'))),
    ),
  ).toContain('secret "none" not found');
  const right = changed(changed(other, 'metadata.name', 'fourth'), path, env('password'));
  expect(await reasons(one.create(deploymentType, right))).toBe('nothing failed');
});

test('what appears while an object waits for it makes it ready, whatever the order', async () => {
  const one = await cluster({ patienceMs: 10_000 });
  await one.create(type('core/v1:Namespace'), objects.namespace);
  const waiting = one.create(deploymentType, objects.deployment);
  await one.create(type('core/v1:ServiceAccount'), { metadata: inNamespace });
  expect(await reasons(waiting)).toBe('nothing failed');
});

const notRestricted: readonly (readonly [string, ValueObject | boolean | number | undefined, string])[] = [
  [
    'containers[0].securityContext.allowPrivilegeEscalation',
    undefined,
    'allowPrivilegeEscalation: violates PodSecurity "restricted": must be false',
  ],
  ['containers[0].securityContext.capabilities', undefined, 'must have ALL'],
  ['securityContext.runAsNonRoot', undefined, 'runAsNonRoot'],
  ['securityContext.runAsUser', 0, 'must not be 0'],
  ['securityContext.seccompProfile', undefined, 'must be RuntimeDefault or Localhost'],
  ['hostNetwork', true, 'hostNetwork'],
  ['volumes[0]', { name: 'work', hostPath: { path: '/' } }, 'hostPath'],
];

test.each(notRestricted)(
  'a namespace that enforces "restricted" refuses pods whose %s is %j',
  async (path, value, message) => {
    const one = await deployed();
    const broken = changed(changed(objects.deployment, 'metadata.name', 'other'), `spec.template.spec.${path}`, value);
    expect(await reasons(one.create(deploymentType, broken))).toContain(message);
  },
);

test('a bare Pod that pod security refuses is not made at all', async () => {
  const one = await deployed();
  const pod = { metadata: { ...inNamespace, name: 'bare' }, spec: changed(objects.podSpec, 'hostPID', true) };
  const failure = await one.create(type('core/v1:Pod'), pod).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RefusedError);
  expect(one.cloud.list(type('core/v1:Pod'))).toEqual([]);
});

test('a quota counts every pod, and wants what it counts to be stated', async () => {
  const one = await deployed();
  await one.create(
    type('core/v1:ResourceQuota'),
    changed(objects.quota, 'spec.hard', { 'limits.memory': '2Gi', 'requests.cpu': '2' }),
  );
  const other = changed(objects.deployment, 'metadata.name', 'other');
  expect(await reasons(one.create(deploymentType, changed(other, 'spec.replicas', 2)))).toBe('nothing failed');
  expect(await reasons(one.create(deploymentType, changed(other, 'metadata.name', 'third')))).toContain(
    'exceeded quota: agent-python, limits.memory',
  );
  const silent = changed(changed(other, 'metadata.name', 'fourth'), 'spec.template.spec.containers[0].resources', {});
  expect(await reasons(one.create(deploymentType, silent))).toContain('must specify limits.memory');
});

test('a LimitRange bounds each container', async () => {
  const one = await deployed();
  await one.create(type('core/v1:LimitRange'), changed(objects.limitRange, 'spec.limits[0].max.cpu', '1'));
  const big = changed(objects.deployment, 'spec.template.spec.containers[0].resources.limits.cpu', '2');
  expect(await reasons(one.create(deploymentType, changed(big, 'metadata.name', 'big')))).toContain(
    'must be at most 1 (LimitRange)',
  );
});

const targets: readonly (readonly [string, ValueObject, string])[] = [
  [
    'autoscaling/v2:HorizontalPodAutoscaler',
    changed(objects.autoscaler, 'spec.scaleTargetRef.name', 'none'),
    'Deployment "none" not found',
  ],
  ['core/v1:Service', changed(objects.service, 'spec.selector', { app: 'other' }), 'does not target any Pods'],
  [
    'core/v1:Service',
    changed(objects.service, 'spec.ports[0].targetPort', 'web'),
    'no container of the selected pods has a port called "web"',
  ],
  [
    'rbac.authorization.k8s.io/v1:RoleBinding',
    objects.roleBinding,
    'role.rbac.authorization.k8s.io "agent-python" not found',
  ],
  [
    'gateway.networking.k8s.io/v1:Gateway',
    changed(objects.gateway, 'spec.gatewayClassName', 'nginx'),
    'gatewayclass "nginx" not found',
  ],
  ['gateway.networking.k8s.io/v1:HTTPRoute', objects.httpRoute, 'gateway "agent-python" not found'],
  [
    'core/v1:PersistentVolumeClaim',
    changed(objects.claim, 'spec.storageClassName', 'gold'),
    'storageclass.storage.k8s.io "gold" not found',
  ],
  ['apiregistration.k8s.io/v1:APIService', objects.apiService, 'is not present'],
  ['networking.gke.io/v1:HealthCheckPolicy', objects.healthCheckPolicy, 'Service "dispatcher" not found'],
];

test.each(targets)('%s that hangs on nothing does not become ready', async (kind, inputs, message) => {
  const one = await deployed();
  expect(await reasons(one.create(type(kind), inputs))).toContain(message);
});

test('an autoscaler on CPU utilisation wants every container of its target to ask for CPU', async () => {
  const one = await deployed();
  const silent = changed(
    changed(objects.deployment, 'metadata.name', 'silent'),
    'spec.template.spec.containers[0].resources',
    {},
  );
  await one.create(deploymentType, silent);
  const scaler = changed(objects.autoscaler, 'spec.scaleTargetRef.name', 'silent');
  expect(await reasons(one.create(type('autoscaling/v2:HorizontalPodAutoscaler'), scaler))).toContain(
    'missing request for cpu',
  );
});

test('deleting a namespace deletes what is in it; a dead API must go first', async () => {
  const one = await deployed();
  await one.create(type('core/v1:Namespace'), { metadata: { name: 'factory-system' } });
  const service = {
    metadata: { name: 'metrics-adapter', namespace: 'factory-system' },
    spec: { ports: [{ port: 443 }] },
  };
  await one.create(type('core/v1:Service'), service);
  const api = await one.create(type('apiregistration.k8s.io/v1:APIService'), objects.apiService);
  const drop = async (kind: string, name: string): Promise<void> => {
    const thing = one.cloud.find(type(kind), name);
    await one.provider.delete({ ...target(type(kind)), id: thing?.id ?? '', state: plain(thing?.properties ?? {}) });
  };
  expect(await reasons(drop('core/v1:Namespace', 'factory-system'))).toContain(
    'Delete the APIService v1beta1.external.metrics.k8s.io first',
  );
  await one.provider.delete({ ...target(type('apiregistration.k8s.io/v1:APIService')), id: api.id, state: api.state });
  await drop('core/v1:Namespace', 'factory-system');
  await drop('core/v1:Namespace', 'factory-agents');
  expect(one.cloud.list()).toEqual([]);
});

test('faults on demand: refused, made but not ready, made without an answer', async () => {
  const one = await cluster();
  await one.create(type('core/v1:Namespace'), objects.namespace);
  const config = type('core/v1:ConfigMap');
  const makes = (name: string): Promise<unknown> =>
    one.create(config, changed(objects.configMap, 'metadata.name', name));
  one.cloud.fault({ type: config, operation: 'create', kind: 'unavailable' });
  expect(await reasons(makes('a'))).toContain('currently unable to handle the request');
  expect(await reasons(makes('a'))).toBe('nothing failed');
  one.cloud.fault({ type: config, name: 'b', operation: 'create', kind: 'half-created' });
  expect(await makes('b').catch((error: unknown) => error)).toBeInstanceOf(NotReadyError);
  one.cloud.fault({ type: config, operation: 'create', kind: 'timeout' });
  expect(await reasons(makes('c'))).toContain('timed out');
  expect(await reasons(makes('c'))).toContain('already exists');
  expect(one.cloud.calls().map(({ outcome }) => outcome)).toEqual([
    'ok',
    'ServiceUnavailable',
    'ok',
    'NotReady',
    'Timeout',
    'AlreadyExists',
  ]);
});

test('a cluster that does not answer fails what needs it; deleteUnreachable drops what was in it', async () => {
  const dead = await cluster({ file: { unreachable: true } });
  expect(await reasons(dead.create(type('core/v1:Namespace'), objects.namespace))).toContain(
    'configured Kubernetes cluster is unreachable',
  );
  const dropping = await cluster({ file: { unreachable: true }, config: { deleteUnreachable: 'true' } });
  const request = { ...target(type('core/v1:Namespace')), id: 'x', state: plain({}), inputs: plain({}) };
  expect(await dropping.provider.read(request)).toBeUndefined();
  await expect(dropping.provider.delete(request)).resolves.toBeUndefined();
  const without = await cluster({ config: { kubeconfig: 'not a kubeconfig\n' } });
  expect(await reasons(without.create(type('core/v1:Namespace'), objects.namespace))).toContain(
    'it is not a kubeconfig',
  );
});

test('what a cluster has from the start can be read and is not listed as deployed', async () => {
  const one = await cluster();
  const id = 'kube-system/extension-apiserver-authentication';
  const found = await one.provider.read({
    ...target(type('core/v1:ConfigMap')),
    id,
    state: plain({}),
    inputs: plain({}),
  });
  expect(found?.state.value['data']).toHaveProperty('requestheader-client-ca-file');
  expect(found?.inputs.value).not.toHaveProperty('status');
  expect(one.cloud.list()).toEqual([]);
});

test('the kubeconfig names the cluster, and is never shown when it is wrong', async () => {
  const one = await cluster({ config: { kubeconfig: JSON.stringify({ clusters: 'token-that-is-secret' }) } });
  const message = await reasons(one.create(type('core/v1:Namespace'), objects.namespace));
  expect(message).toContain('unreachable');
  expect(message).not.toContain('token-that-is-secret');
  expect(kubeconfig('plain')).not.toContain('exec');
});

test('a CRD that the program deploys brings its kind, schema and all', async () => {
  const one = await cluster({ preset: 'plain' });
  await one.create(type('core/v1:Namespace'), objects.namespace);
  const robot = { metadata: { name: 'r2', namespace: 'factory-agents' }, spec: { arms: 2 } };
  expect(one.check(type('example.com/v1:Robot'), robot)[0]?.reason).toContain('no matches for kind "Robot"');
  const spec = { type: 'object', properties: { arms: { type: 'integer', maximum: 4 } }, required: ['arms'] };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const definition = await one.create(type('apiextensions.k8s.io/v1:CustomResourceDefinition'), {
    metadata: { name: 'robots.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Robot', plural: 'robots' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  expect(one.check(type('example.com/v1:Robot'), changed(robot, 'spec.arms', 5))[0]).toEqual({
    property: 'spec.arms',
    reason: 'must be at most 4: 5',
  });
  await one.create(type('example.com/v1:Robot'), robot);
  await one.provider.delete({
    ...target(type('apiextensions.k8s.io/v1:CustomResourceDefinition')),
    id: definition.id,
    state: definition.state,
  });
  expect(await reasons(one.create(type('example.com/v1:Robot'), changed(robot, 'metadata.name', 'c3')))).toContain(
    'no matches for kind',
  );
});
