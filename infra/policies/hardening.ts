/** A row of the hardening list and what keeps it. */
export interface Hardening {
  row: number;
  /** Number in the CIS benchmark for GKE 1.9, or what else asks for it. */
  source: string;
  control: string;
  /** Rules of the pack. */
  rules: readonly string[];
  /** What a rule cannot judge from inputs, or judges only in part, and the tests that do. */
  tests?: readonly string[];
}

const cloudTest = 'test/components/hardening.test.ts';

/** The hardening list: every row is kept by rules of the pack, and the program's own resources by tests as well. */
export const hardening: readonly Hardening[] = [
  { row: 1, source: 'CIS 5.1.1', control: 'Images are scanned', rules: ['artifactregistry-repository-scanning'] },
  {
    row: 2,
    source: 'CIS 5.1.4',
    control: 'Only trusted images start',
    rules: ['gke-cluster-binary-authorization', 'binaryauthorization-policy-attestation'],
  },
  {
    row: 3,
    source: 'CIS 5.2.1',
    control: 'Nodes have a service account of their own',
    rules: ['gke-nodes-service-account'],
  },
  { row: 4, source: 'CIS 5.2.2', control: 'Workload Identity', rules: ['gke-cluster-workload-identity'] },
  {
    row: 5,
    source: 'CIS 5.3.1',
    control: 'Kubernetes Secrets are under a key of your own',
    rules: ['gke-cluster-secrets-encryption'],
  },
  { row: 6, source: 'CIS 5.4.1', control: 'GKE metadata server', rules: ['gke-nodes-metadata-server'] },
  { row: 7, source: 'CIS 5.5.1', control: 'Container-Optimized OS', rules: ['gke-nodes-image-type'] },
  {
    row: 8,
    source: 'CIS 5.5.2, 5.5.3',
    control: 'Nodes are repaired and upgraded',
    rules: ['gke-nodepool-repair-upgrade'],
  },
  { row: 9, source: 'CIS 5.5.4', control: 'Release channel', rules: ['gke-cluster-release-channel'] },
  {
    row: 10,
    source: 'CIS 5.5.5 to 5.5.7',
    control: 'Shielded nodes',
    rules: ['gke-cluster-shielded-nodes', 'gke-nodes-secure-boot'],
  },
  {
    row: 11,
    source: 'CIS 5.6.1',
    control: 'Flow logs',
    rules: ['compute-subnetwork-flow-logs', 'gke-cluster-intranode-visibility'],
  },
  {
    row: 12,
    source: 'CIS 5.6.2',
    control: 'VPC-native',
    rules: ['gke-cluster-vpc-native', 'compute-network-no-auto-subnetworks'],
  },
  { row: 13, source: 'CIS 5.6.3', control: 'Authorised networks', rules: ['gke-cluster-authorized-networks'] },
  {
    row: 14,
    source: 'CIS 5.6.4',
    control: 'API server without public address',
    rules: ['gke-cluster-private-endpoint'],
  },
  {
    row: 15,
    source: 'CIS 5.6.5',
    control: 'Private nodes with a way out',
    rules: ['gke-cluster-private-nodes', 'gke-nodepool-private-nodes', 'compute-network-nat'],
  },
  {
    row: 16,
    source: 'CIS 5.6.6',
    control: 'Nothing comes in from everywhere',
    rules: ['compute-firewall-no-open-ingress', 'compute-forwarding-rule-internal', 'kubernetes-service-not-public'],
  },
  {
    row: 17,
    source: 'CIS 5.6.7',
    control: 'Certificates are managed',
    rules: ['kubernetes-gateway-managed-certificate'],
  },
  { row: 18, source: 'CIS 5.7.1', control: 'Logs and metrics', rules: ['gke-cluster-logging-monitoring'] },
  {
    row: 19,
    source: 'CIS 5.7.2',
    control:
      'Audit logs of the project; auditd on nodes is manual in the benchmark, and gVisor keeps agents from their kernel',
    rules: ['projects-audit-logs'],
  },
  { row: 20, source: 'CIS 5.8.1', control: 'No client certificate', rules: ['gke-cluster-no-client-certificate'] },
  { row: 21, source: 'CIS 5.8.2', control: 'RBAC by Google groups', rules: ['gke-cluster-google-groups'] },
  { row: 22, source: 'CIS 5.8.3', control: 'No ABAC', rules: ['gke-cluster-no-legacy-abac'] },
  {
    row: 23,
    source: 'CIS 5.9.1, 5.9.2',
    control: 'Disks are under a key of your own',
    rules: ['gke-nodes-boot-disk-key', 'kubernetes-storageclass-disk-key'],
  },
  { row: 24, source: 'CIS 5.10.2', control: 'No alpha features', rules: ['gke-cluster-no-alpha'] },
  {
    row: 25,
    source: 'CIS 5.10.3',
    control: 'Agents run under gVisor',
    rules: ['gke-nodepool-sandbox', 'kubernetes-agent-gvisor'],
  },
  { row: 26, source: 'CIS 5.10.4', control: 'Security posture', rules: ['gke-cluster-security-posture'] },
  { row: 27, source: 'Golden path', control: 'Dataplane V2', rules: ['gke-cluster-dataplane-v2'] },
  {
    row: 28,
    source: 'Golden path',
    control: 'No rights for everybody',
    rules: ['gke-cluster-no-anonymous-access', 'kubernetes-rbac-least-privilege'],
  },
  {
    row: 29,
    source: 'Golden path',
    control: 'Kubelet',
    rules: ['gke-cluster-kubelet-readonly-port', 'gke-nodepool-kubelet'],
  },
  {
    row: 30,
    source: 'Hardening guide',
    control: 'No external addresses of Services, no legacy metadata endpoints',
    rules: ['gke-cluster-no-service-external-ips', 'gke-nodes-legacy-endpoints'],
  },
  {
    row: 31,
    source: 'Hardening guide',
    control: 'Nodes encrypt what they send each other',
    rules: ['gke-cluster-node-encryption'],
  },
  {
    row: 32,
    source: 'Hardening guide',
    control: 'Changes come in a window and are told of',
    rules: ['gke-cluster-change-control'],
  },
  {
    row: 33,
    source: 'Agent Factory',
    control: 'State is protected and backed up',
    rules: ['gcp-state-deletion-protection', 'sql-instance-recovery', 'gkebackup-plan-for-cluster'],
  },
  {
    row: 34,
    source: 'Hardening guide',
    control: 'Queue and database ask who comes, and encrypt',
    rules: [
      'redis-instance-password-and-tls',
      'memorystore-instance-iam-and-tls',
      'sql-instance-private',
      'sql-instance-encrypted-connections',
    ],
  },
  {
    row: 35,
    source: 'CIS GCP 5.1, 5.2',
    control: 'Buckets',
    rules: ['storage-bucket-uniform-access', 'storage-bucket-not-public'],
  },
  {
    row: 36,
    source: 'Agent Factory',
    control: 'Images stay what they were',
    rules: [
      'artifactregistry-repository-immutable-tags',
      'kubernetes-container-image-digest',
      'kubernetes-container-no-latest',
    ],
  },
  {
    row: 37,
    source: 'CIS GCP 1',
    control: 'Narrow rights, added one by one, without keys',
    rules: [
      'iam-grant-no-basic-roles',
      'iam-grant-not-authoritative',
      'iam-grant-not-public',
      'iam-grant-one-workload',
      'iam-serviceaccount-no-keys',
    ],
  },
  {
    row: 38,
    source: 'PSS restricted',
    control: 'Restricted pods',
    rules: [
      'kubernetes-container-restricted',
      'kubernetes-container-privileged',
      'kubernetes-pod-no-host-namespaces',
      'kubernetes-pod-no-host-path',
      'kubernetes-pod-service-account-token',
      'kubernetes-pod-token-has-rights',
      'kubernetes-serviceaccount-no-automount',
      'kubernetes-namespace-pod-security',
    ],
  },
  {
    row: 39,
    source: 'Agent Factory',
    control:
      'Bounds. Agents borrow memory above their request, within their limit: the one that borrowed most ends first',
    rules: [
      'kubernetes-container-requests-limits',
      'kubernetes-container-memory-reserved',
      'kubernetes-namespace-bounds',
      'kubernetes-autoscaler-bounds',
      'kubernetes-agent-budget-and-autoscaler',
    ],
  },
  {
    row: 40,
    source: 'CIS 4.3.2',
    control: 'Closed networks',
    rules: ['kubernetes-namespace-default-deny', 'kubernetes-networkpolicy-narrow'],
    tests: ['test/components/manifests/network.test.ts'],
  },
  {
    row: 41,
    source: 'Agent Factory',
    control:
      'Secrets stay secret. Pulumi marks a Kubernetes Secret’s values secret whatever they come from, so the rules look for them elsewhere',
    rules: [
      'gcp-secret-write-only',
      'kubernetes-container-no-secret-values',
      'kubernetes-configmap-no-secrets',
      'kubernetes-secret-not-repeated',
    ],
    tests: [cloudTest],
  },
];

/** Rules beyond the list, and why they are there. */
export const beyond: readonly { rule: string; why: string }[] = [
  { rule: 'kubernetes-agent-no-mesh', why: 'Istio does not work inside gVisor pods' },
  { rule: 'kubernetes-external-metrics-one-owner', why: 'Two owners of external.metrics.k8s.io stop all scaling' },
];
