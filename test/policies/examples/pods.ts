import { change, type Change, type Path, type Props, type ResourceExample } from './example';

const digest = `registry.example.com/agents/python@sha256:${'a'.repeat(64)}`;

const container = {
  name: 'agent',
  image: digest,
  env: [
    { name: 'AGENT_TOKEN_FILE', value: '/var/run/secrets/agent-factory/token' },
    { name: 'MAX_TOKENS', value: '4096' },
    { name: 'REDIS_URL', value: 'rediss://10.0.0.3:6378' },
    { name: 'IMAGE_SHA256', value: 'b'.repeat(64) },
  ],
  command: ['node', 'main.cjs'],
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};

const pod = {
  runtimeClassName: 'gvisor',
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  initContainers: [{ ...container, name: 'tools', restartPolicy: 'Always' }],
  containers: [container],
  volumes: [{ name: 'tmp', emptyDir: {} }],
};

/** A workload of agents that keeps every rule. */
export const goodWorkload: Props = {
  metadata: { name: 'agent-python', namespace: 'factory-agents' },
  spec: { template: { metadata: { labels: { 'agent-factory.dev/type': 'python' } }, spec: pod } },
};

/** One of the factory's own programs, which keeps every rule. */
const ownWorkload: Props = {
  metadata: { name: 'serve', namespace: 'factory-system' },
  spec: { template: { spec: { ...pod, runtimeClassName: undefined, automountServiceAccountToken: true } } },
};

const inPod = (...keys: (string | number)[]): Path => ['spec', 'template', 'spec', ...keys];
const inAgent = (...keys: (string | number)[]): Path => inPod('containers', 0, ...keys);
const inTools = (...keys: (string | number)[]): Path => inPod('initContainers', 0, ...keys);
const security = (...keys: (string | number)[]): Path => inAgent('securityContext', ...keys);

function pods(rule: string, ...bad: Change[]): ResourceExample {
  return { rule: `kubernetes-${rule}`, type: 'kubernetes:apps/v1:Deployment', good: [goodWorkload, ownWorkload], bad };
}

const environment = (name: string, value: string): Change => change(inAgent('env', 0), { name, value });

export const podExamples: readonly ResourceExample[] = [
  pods('agent-gvisor', change(inPod('runtimeClassName'), undefined), change(inPod('runtimeClassName'), 'runc')),
  pods('agent-no-mesh', change(['spec', 'template', 'metadata', 'labels', 'sidecar.istio.io/inject'], 'true')),
  pods(
    'container-privileged',
    change(security('privileged'), true),
    change(security('capabilities', 'add'), ['SYS_ADMIN']),
    change(inTools('securityContext', 'privileged'), true),
  ),
  pods(
    'container-restricted',
    change(security('allowPrivilegeEscalation'), undefined),
    change(security('readOnlyRootFilesystem'), false),
    change(security('capabilities', 'drop'), ['NET_RAW']),
    change(security('runAsNonRoot'), false),
    change(inPod('securityContext', 'runAsNonRoot'), undefined),
    change(security('seccompProfile'), { type: 'Unconfined' }),
    change(inPod('securityContext', 'seccompProfile', 'type'), 'Unconfined'),
    change(inTools('securityContext'), undefined),
  ),
  pods(
    'pod-no-host-namespaces',
    change(inPod('hostNetwork'), true),
    change(inPod('hostPID'), true),
    change(inPod('hostIPC'), true),
    change(inAgent('ports'), [{ containerPort: 80, hostPort: 80 }]),
  ),
  pods('pod-no-host-path', change(inPod('volumes'), [{ name: 'node', hostPath: { path: '/' } }])),
  pods(
    'pod-service-account-token',
    change(inPod('automountServiceAccountToken'), undefined),
    change(inPod('automountServiceAccountToken'), true),
  ),
  pods(
    'container-requests-limits',
    change(inAgent('resources'), undefined),
    change(inAgent('resources', 'limits', 'memory'), undefined),
    change(inTools('resources', 'requests', 'cpu'), undefined),
  ),
  {
    rule: 'kubernetes-container-memory-reserved',
    type: 'kubernetes:apps/v1:Deployment',
    good: [ownWorkload, goodWorkload],
    bad: [change(inAgent('resources', 'requests', 'memory'), '512Mi')],
  },
  pods(
    'container-image-digest',
    change(inAgent('image'), 'registry.example.com/agents/python:1.2.3'),
    change(inTools('image'), 'registry.example.com/agents/python@sha256:short'),
  ),
  {
    ...pods(
      'container-no-latest',
      change(inAgent('image'), 'registry.example.com:5000/agents/python'),
      change(inTools('image'), 'python:latest'),
    ),
    good: [
      goodWorkload,
      { spec: { template: { spec: { containers: [{ image: 'registry.example.com:5000/python:3.14' }] } } } },
    ],
  },
  pods(
    'container-no-secret-values',
    environment('ANTHROPIC_API_KEY', 'anything-at-all'),
    environment('DATABASE_PASSWORD', 'hunter2'),
    environment('AGENT_TOKEN', 'abcdefgh'),
    environment('SETTINGS', '{"providers":{"claude":{"apiKey":"abcdefgh"}}}'),
    environment('SOMETHING', `sk-ant-${'a1'.repeat(20)}`),
    environment('REDIS_URL', 'redis://:a-password@redis:6379'),
    change(inAgent('command'), ['sh', '-c', `curl -H "x: ghp_${'a1'.repeat(18)}"`]),
  ),
  {
    rule: 'kubernetes-agent-gvisor',
    type: 'kubernetes:batch/v1:CronJob',
    good: [{ metadata: { namespace: 'factory-agents' }, spec: { jobTemplate: { spec: { template: { spec: pod } } } } }],
    bad: [change('spec.jobTemplate.spec.template.spec.runtimeClassName', undefined)],
  },
  {
    rule: 'kubernetes-agent-gvisor',
    type: 'kubernetes:core/v1:Pod',
    good: [{ metadata: { labels: { 'agent-factory.dev/type': 'python' } }, spec: pod }, { spec: {} }],
    bad: [change('spec.runtimeClassName', undefined)],
  },
  {
    rule: 'kubernetes-agent-gvisor',
    type: 'kubernetes:extensions.agents.x-k8s.io/v1beta1:SandboxTemplate',
    good: [{ metadata: { namespace: 'factory-agents' }, spec: { podTemplate: { spec: pod } } }],
    bad: [change('spec.podTemplate.spec.runtimeClassName', undefined)],
  },
];
