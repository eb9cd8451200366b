import type { Resource } from '../../../infra/policies/judge/rule';
import { resource } from '../judged';
import { goodCluster } from './cluster';
import { object, type StackExample } from './example';
import { goodWorkload } from './pods';

const cluster = resource('gcp:container/cluster:Cluster', goodCluster, { name: 'cluster' });
const nat = resource('gcp:compute/routerNat:RouterNat', {});
const audit = (...types: string[]): Resource =>
  resource('gcp:projects/iAMAuditConfig:IAMAuditConfig', {
    service: 'allServices',
    auditLogConfigs: types.map((logType) => ({ logType })),
  });

const namespace = object('core/v1:Namespace', 'factory-agents', {});
const policy = (spec: object, where = 'factory-agents') =>
  object('networking.k8s.io/v1:NetworkPolicy', 'p', { spec }, where);
const closed = { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] };
const limits = object('core/v1:LimitRange', 'defaults', {}, 'factory-agents');
const quota = object('core/v1:ResourceQuota', 'agents', {}, 'factory-agents');

const labels = { 'agent-factory.dev/type': 'python' };
const workload = object('apps/v1:Deployment', 'agent-python', goodWorkload);
const autoscaler = (kind: string, name: string): Resource =>
  object(kind, 'python', { spec: { scaleTargetRef: { kind: 'Deployment', name } } }, 'factory-agents');
const hpa = autoscaler('autoscaling/v2:HorizontalPodAutoscaler', 'agent-python');
const scaledObject = autoscaler('keda.sh/v1alpha1:ScaledObject', 'agent-python');
const budget = (matchLabels: object): Resource =>
  object('policy/v1:PodDisruptionBudget', 'python', { spec: { selector: { matchLabels } } }, 'factory-agents');
const expressed = object(
  'policy/v1:PodDisruptionBudget',
  'agents',
  { spec: { selector: { matchExpressions: [{ key: 'agent-factory.dev/type', operator: 'In', values: ['python'] }] } } },
  'factory-agents',
);

const api = (service: string): Resource =>
  object('apiregistration.k8s.io/v1:APIService', 'v1beta1.external.metrics.k8s.io', {
    spec: { service: { name: service } },
  });
const managed = object('autoscaling.gke.io/v1beta1:AutoscalingMetric', 'python', {}, 'factory-agents');

const asks = object(
  'apps/v1:Deployment',
  'recycler',
  { spec: { template: { spec: { automountServiceAccountToken: true, serviceAccountName: 'recycler' } } } },
  'factory-system',
);
const binding = (name: string, where = 'factory-system'): Resource =>
  object(
    'rbac.authorization.k8s.io/v1:RoleBinding',
    'b',
    { subjects: [{ kind: 'ServiceAccount', name, namespace: where }] },
    'factory-agents',
  );

const secret = object(
  'core/v1:Secret',
  'redis',
  { stringData: { password: 'a-long-password-of-redis' } },
  'factory-system',
);
const encoded = object(
  'core/v1:Secret',
  'redis',
  { data: { password: Buffer.from('a-long-password-of-redis').toString('base64') } },
  'factory-system',
);
const map = (url: string): Resource => object('core/v1:ConfigMap', 'config', { data: { url } }, 'factory-system');

export const stackExamples: readonly StackExample[] = [
  { rule: 'compute-network-nat', keeps: [[cluster, nat], []], breaks: [[cluster]] },
  {
    rule: 'projects-audit-logs',
    keeps: [[cluster, audit('ADMIN_READ', 'DATA_WRITE')], [cluster, audit('ADMIN_READ'), audit('DATA_WRITE')], []],
    breaks: [[cluster], [cluster, audit('ADMIN_READ')]],
  },
  {
    rule: 'gkebackup-plan-for-cluster',
    keeps: [[cluster, resource('gcp:gkebackup/backupPlan:BackupPlan', {})], []],
    breaks: [[cluster]],
  },
  {
    rule: 'kubernetes-namespace-default-deny',
    keeps: [[namespace, policy(closed)], []],
    breaks: [
      [namespace],
      [namespace, policy(closed, 'factory-system')],
      [namespace, policy({ ...closed, policyTypes: ['Ingress'] })],
      [namespace, policy({ ...closed, podSelector: { matchLabels: labels } })],
      [namespace, policy({ ...closed, egress: [{ to: [] }] })],
    ],
  },
  {
    rule: 'kubernetes-namespace-bounds',
    keeps: [
      [namespace, limits, quota],
      [object('core/v1:Namespace', 'shop', {}), object('core/v1:LimitRange', 'l', {}, 'shop')],
    ],
    breaks: [
      [namespace, limits],
      [namespace, quota],
    ],
  },
  {
    rule: 'kubernetes-agent-budget-and-autoscaler',
    keeps: [[workload, hpa, budget(labels)], [workload, scaledObject, expressed], [asks]],
    breaks: [
      [workload, hpa],
      [workload, budget(labels)],
      [workload, hpa, budget({ 'agent-factory.dev/type': 'tester' })],
      [workload, autoscaler('autoscaling/v2:HorizontalPodAutoscaler', 'agent-tester'), budget(labels)],
    ],
  },
  {
    rule: 'kubernetes-external-metrics-one-owner',
    keeps: [[api('metrics-adapter')], [scaledObject, scaledObject], [managed], [hpa]],
    breaks: [
      [api('metrics-adapter'), api('keda-operator')],
      [api('metrics-adapter'), scaledObject],
      [managed, scaledObject],
    ],
  },
  {
    rule: 'kubernetes-pod-token-has-rights',
    keeps: [[asks, binding('recycler')], [workload]],
    breaks: [[asks], [asks, binding('other')], [asks, binding('recycler', 'elsewhere')]],
  },
  {
    rule: 'kubernetes-secret-not-repeated',
    keeps: [[secret, map('rediss://10.0.0.3:6378')], [map('a-long-password-of-redis')]],
    breaks: [
      [secret, map('redis://:a-long-password-of-redis@redis')],
      [encoded, map('a-long-password-of-redis')],
    ],
  },
];
