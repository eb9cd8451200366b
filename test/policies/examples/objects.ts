import { change, type ResourceExample } from './example';

const certificate = 'networking.gke.io/pre-shared-certs';
const enforce = 'pod-security.kubernetes.io/enforce';

/** A policy of agents with rules that name whom they are for. */
const narrow = {
  metadata: { name: 'a', namespace: 'factory-agents' },
  spec: {
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.5/32', except: ['10.0.0.6/32'] } }], ports: [{ port: 443 }] }],
  },
};
const cidr = ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'cidr'];

export const objectExamples: readonly ResourceExample[] = [
  {
    rule: 'kubernetes-agent-no-mesh',
    type: 'kubernetes:core/v1:Namespace',
    good: [
      {
        metadata: {
          name: 'factory-agents',
          labels: { 'istio-injection': 'disabled', 'istio.io/dataplane-mode': 'none' },
        },
      },
      { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    ],
    bad: [
      change(['metadata', 'labels', 'istio-injection'], 'enabled'),
      change(['metadata', 'labels', 'istio.io/rev'], 'stable'),
      change(['metadata', 'labels', 'istio.io/dataplane-mode'], 'ambient'),
    ],
  },
  {
    rule: 'kubernetes-namespace-pod-security',
    type: 'kubernetes:core/v1:Namespace',
    good: [
      { metadata: { name: 'factory-agents', labels: { [enforce]: 'restricted' } } },
      { metadata: { name: 'monitoring', labels: { [enforce]: 'baseline' } } },
    ],
    bad: [
      change(['metadata', 'labels', enforce], 'baseline'),
      change(['metadata', 'labels', enforce], 'privileged'),
      change(['metadata', 'labels', enforce], undefined),
    ],
  },
  {
    rule: 'kubernetes-serviceaccount-no-automount',
    type: 'kubernetes:core/v1:ServiceAccount',
    good: [{ metadata: { name: 'a' }, automountServiceAccountToken: false }],
    bad: [change('automountServiceAccountToken', undefined), change('automountServiceAccountToken', true)],
  },
  {
    rule: 'kubernetes-configmap-no-secrets',
    type: 'kubernetes:core/v1:ConfigMap',
    good: [
      { data: { 'config.json': '{"tokens":[{"subject":"metrics","sha256":"0a1b"}],"api_key_file":"/keys/claude"}' } },
    ],
    bad: [
      change(['data', 'password'], 'hunter2'),
      change(['data', 'config.json'], '{"redis":{"password":"hunter2"}}'),
      change(['data', 'tls.key'], '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'),
      change(['data', 'url'], 'postgres://factory:hunter2@10.0.0.5/factory'),
    ],
  },
  {
    rule: 'kubernetes-service-not-public',
    type: 'kubernetes:core/v1:Service',
    good: [
      { metadata: { name: 'a' }, spec: { type: 'ClusterIP' } },
      { spec: {} },
      {
        metadata: { annotations: { 'networking.gke.io/load-balancer-type': 'Internal' } },
        spec: { type: 'LoadBalancer' },
      },
    ],
    bad: [
      change('spec.type', 'LoadBalancer'),
      change('spec.type', 'NodePort'),
      change('spec.externalIPs', ['203.0.113.7']),
    ],
  },
  {
    rule: 'kubernetes-gateway-managed-certificate',
    type: 'kubernetes:gateway.networking.k8s.io/v1:Gateway',
    good: [
      {
        spec: {
          gatewayClassName: 'gke-l7-rilb',
          listeners: [{ protocol: 'HTTPS', tls: { options: { [certificate]: 'factory' } } }],
        },
      },
      {
        metadata: { annotations: { 'networking.gke.io/certmap': 'factory' } },
        spec: { gatewayClassName: 'gke-l7-global-external-managed', listeners: [{ protocol: 'HTTPS' }] },
      },
      {
        spec: {
          gatewayClassName: 'nginx',
          listeners: [{ protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'a' }] } }],
        },
      },
    ],
    bad: [
      change(['spec', 'listeners', 0, 'protocol'], 'HTTP'),
      change(['spec', 'listeners', 0, 'tls'], { certificateRefs: [{ name: 'own' }] }),
      change(['spec', 'gatewayClassName'], 'nginx'),
    ],
  },
  {
    rule: 'kubernetes-storageclass-disk-key',
    type: 'kubernetes:storage.k8s.io/v1:StorageClass',
    good: [
      { provisioner: 'pd.csi.storage.gke.io', parameters: { 'disk-encryption-kms-key': 'projects/p/…' } },
      { provisioner: 'filestore.csi.storage.gke.io' },
    ],
    bad: [change('parameters', undefined)],
  },
  {
    rule: 'kubernetes-autoscaler-bounds',
    type: 'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
    good: [{ spec: { maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] } }],
    bad: [
      change('spec.maxReplicas', undefined),
      change('spec.metrics', [{ type: 'External', external: { metric: { name: 'task_queue_depth' } } }]),
    ],
  },
  {
    rule: 'kubernetes-autoscaler-bounds',
    type: 'kubernetes:keda.sh/v1alpha1:ScaledObject',
    good: [{ spec: { maxReplicaCount: 5, triggers: [{ type: 'prometheus' }, { type: 'cpu' }] } }],
    bad: [change('spec.maxReplicaCount', undefined), change('spec.triggers', [{ type: 'prometheus' }])],
  },
  {
    rule: 'kubernetes-networkpolicy-narrow',
    type: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    good: [narrow, { metadata: { namespace: 'factory-system' }, spec: { ingress: [{ ports: [{ port: 7070 }] }] } }],
    bad: [
      change(['spec', 'ingress', 0, 'from'], undefined),
      change(['spec', 'egress', 0, 'to'], []),
      change(cidr, '0.0.0.0/0'),
    ],
  },
  {
    rule: 'kubernetes-networkpolicy-narrow',
    type: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    good: [
      {
        metadata: { namespace: 'factory-system' },
        spec: { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }] },
      },
      {
        metadata: { namespace: 'factory-system' },
        spec: { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] }] },
      },
    ],
    bad: [
      change(['spec', 'egress', 0, 'ports'], undefined),
      change(['spec', 'egress', 0, 'ports', 0], { port: 1, endPort: 1024 }),
    ],
  },
  {
    rule: 'kubernetes-rbac-least-privilege',
    type: 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole',
    good: [{ rules: [{ apiGroups: ['external.metrics.k8s.io'], resources: ['*'], verbs: ['get', 'list'] }] }],
    bad: [
      change(['rules', 0, 'verbs'], ['*']),
      change(['rules', 0, 'verbs'], ['get', 'impersonate']),
      change(['rules', 0, 'apiGroups'], ['*']),
    ],
  },
  {
    rule: 'kubernetes-rbac-least-privilege',
    type: 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
    good: [{ roleRef: { name: 'view' }, subjects: [{ kind: 'Group', name: 'ops@example.com' }] }],
    bad: [change('roleRef.name', 'cluster-admin'), change(['subjects', 0, 'name'], 'system:unauthenticated')],
  },
];
