import { z } from 'zod';
import { crdBundles, type Bundle } from '../../../../engines/schemas/format';
import type { KubeObject } from '../object';

/** `cluster.json` of a state directory: what kind of cluster it is. */
export const clusterFileSchema = z.strictObject({
  /** `gke`: a GKE cluster with gVisor nodes. `plain`: what kind or K3s gives. Default: by the kubeconfig's user. */
  preset: z.enum(['gke', 'plain']).optional(),
  /** Which CRDs are installed, instead of the preset's. */
  crds: z.array(z.enum(crdBundles)).optional(),
  /** Kubernetes' minor version: 34 is 1.34 (default). */
  minor: z.int().min(30).max(60).optional(),
  /** The API server does not answer. */
  unreachable: z.boolean().optional(),
});

export type ClusterFile = z.infer<typeof clusterFileSchema>;

/** What a cluster has before anybody deploys to it. */
export interface Preset {
  crds: readonly Bundle[];
  objects: readonly KubeObject[];
}

function object(apiVersion: string, kind: string, name: string, rest: KubeObject = {}, namespace?: string): KubeObject {
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion, kind, metadata, ...rest };
}

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const clusterRoles = [
  'cluster-admin',
  'admin',
  'edit',
  'view',
  'system:auth-delegator',
  'system:discovery',
  'system:service-account-issuer-discovery',
];
const rbac = 'rbac.authorization.k8s.io/v1';

const everywhere: KubeObject[] = [
  ...namespaces.map((name) => object('v1', 'Namespace', name, { status: { phase: 'Active' } })),
  ...namespaces.map((namespace) => object('v1', 'ServiceAccount', 'default', {}, namespace)),
  // The controller-manager's controllers have an identity each (--use-service-account-credentials).
  object('v1', 'ServiceAccount', 'horizontal-pod-autoscaler', {}, 'kube-system'),
  ...clusterRoles.map((name) => object(rbac, 'ClusterRole', name, { rules: [] })),
  object(rbac, 'Role', 'extension-apiserver-authentication-reader', { rules: [] }, 'kube-system'),
  object(
    'v1',
    'ConfigMap',
    'extension-apiserver-authentication',
    {
      data: {
        'client-ca-file': '-----BEGIN CERTIFICATE-----\nY2xpZW50IENB\n-----END CERTIFICATE-----\n',
        'requestheader-client-ca-file':
          '-----BEGIN CERTIFICATE-----\ncmVxdWVzdCBoZWFkZXIgQ0E=\n-----END CERTIFICATE-----\n',
        'requestheader-allowed-names': '["front-proxy-client"]',
      },
    },
    'kube-system',
  ),
  object('v1', 'ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': '' } }, 'default'),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'system-cluster-critical', { value: 2_000_000_000 }),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'system-node-critical', { value: 2_000_001_000 }),
];

function storageClass(name: string, provisioner: string): KubeObject {
  return object('storage.k8s.io/v1', 'StorageClass', name, {
    provisioner,
    allowVolumeExpansion: true,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
}

// https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api (GatewayClass table).
const gatewayClasses = [
  'gke-l7-global-external-managed',
  'gke-l7-regional-external-managed',
  'gke-l7-rilb',
  'gke-l7-gxlb',
  'gke-l7-cross-regional-internal-managed-mc',
];

/** The presets, by name. */
export const presets: Record<'gke' | 'plain', Preset> = {
  plain: { crds: [], objects: [...everywhere, storageClass('standard', 'rancher.io/local-path')] },
  gke: {
    // The last by the Secret Manager add-on (secretManagerConfig.enabled).
    crds: ['gateway-api', 'managed-prometheus', 'gke', 'secrets-store'],
    objects: [
      ...everywhere,
      // Managed Prometheus (managedPrometheus.enabled): the collector that reads /metrics.
      object('v1', 'Namespace', 'gmp-system', { status: { phase: 'Active' } }),
      object('v1', 'ServiceAccount', 'collector', {}, 'gmp-system'),
      // GKE makes it with the first node pool that has sandboxConfig.
      object('node.k8s.io/v1', 'RuntimeClass', 'gvisor', { handler: 'gvisor' }),
      ...['standard', 'standard-rwo', 'premium-rwo'].map((name) => storageClass(name, 'pd.csi.storage.gke.io')),
      ...gatewayClasses.map((name) =>
        object('gateway.networking.k8s.io/v1', 'GatewayClass', name, {
          spec: { controllerName: 'networking.gke.io/gateway' },
        }),
      ),
    ],
  },
};
