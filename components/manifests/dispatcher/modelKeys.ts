import type { Names } from '../../names';
import { namespaces } from '../../types';
import { labels } from '../labels';
import type { RoleVolume } from './pod';
import { inDispatcher } from './roles';

/** Keys of model providers that are in Secret Manager: id of the secret by provider. */
export interface ManagedKeys<Text> {
  project: Text;
  secrets: Readonly<Record<string, Text>>;
}

const className = (names: Names): string => names('k8s.object', 'model-keys');

/** SecretProviderClass of GKE's Secret Manager add-on. `secrets`: what `secretsParameter` makes. */
export function modelKeysClass<Text>(secrets: Text, names: Names) {
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1' as const,
    kind: 'SecretProviderClass' as const,
    metadata: { name: className(names), namespace: namespaces.system, labels: labels('dispatcher', 'model-gateway') },
    spec: { provider: 'gke', parameters: { secrets } },
  };
}

/** Each key becomes a file of its provider's name. A YAML list, which JSON is too. */
export function secretsParameter(entries: readonly { path: string; project: string; secret: string }[]): string {
  return JSON.stringify(
    entries.map(({ path, project, secret }) => ({
      resourceName: `projects/${project}/secrets/${secret}/versions/latest`,
      path,
    })),
  );
}

/** Keys from Secret Manager as files of the gateway: they never become a Secret of the cluster, and follow a rotation. */
export function managedKeysVolume(names: Names): RoleVolume {
  return {
    name: 'model-keys',
    mountPath: inDispatcher.modelKeys,
    readOnly: true,
    source: {
      csi: {
        driver: 'secrets-store-gke.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: className(names) },
      },
    },
  };
}
