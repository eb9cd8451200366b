import type { Names } from '../../names';
import { namespaces } from '../../types';
import { labels } from '../labels';
import { factoryGroup } from '../security';
import type { RoleVolume } from './pod';
import { inDispatcher } from './roles';

/** Where artifacts are kept: a volume of the cluster, or a bucket. */
export type Artifacts<Text> =
  | {
      kind: 'volume';
      /** GiB. */
      sizeGiB: number;
      /** Defaults to the cluster's default. */
      storageClass?: string | undefined;
      /** ReadWriteMany where replicas stand on several nodes. */
      accessMode: 'ReadWriteMany' | 'ReadWriteOnce';
    }
  | { kind: 'bucket'; bucket: Text };

/** The claim of a volume of artifacts; undefined for a bucket. */
export function artifactsClaim(artifacts: Artifacts<unknown>, names: Names) {
  if (artifacts.kind === 'bucket') return undefined;
  const { sizeGiB, storageClass, accessMode } = artifacts;
  return {
    apiVersion: 'v1' as const,
    kind: 'PersistentVolumeClaim' as const,
    metadata: { name: claimName(names), namespace: namespaces.system, labels: labels('dispatcher', 'serve') },
    spec: {
      accessModes: [accessMode],
      resources: { requests: { storage: `${sizeGiB}Gi` } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

const claimName = (names: Names): string => names('k8s.object', 'dispatcher', 'artifacts');

/** Annotations that a pod with a bucket needs: GKE puts the program beside it that makes the bucket a folder. */
export function artifactsAnnotations(artifacts: Artifacts<unknown>): Record<string, string> {
  if (artifacts.kind === 'volume') return {};
  return {
    'gke-gcsfuse/volumes': 'true',
    'gke-gcsfuse/cpu-limit': '500m',
    'gke-gcsfuse/memory-limit': '256Mi',
    'gke-gcsfuse/ephemeral-storage-limit': '5Gi',
  };
}

/** The folder of artifacts as a volume of `serve`. */
export function artifactsVolume<Text>(artifacts: Artifacts<Text>, names: Names): RoleVolume {
  const shared = { name: 'artifacts', mountPath: inDispatcher.artifacts, readOnly: false };
  if (artifacts.kind === 'volume')
    return { ...shared, source: { persistentVolumeClaim: { claimName: claimName(names) } } };
  const owner = `uid=${inDispatcher.user},gid=${factoryGroup},file-mode=600,dir-mode=700`;
  return {
    ...shared,
    source: {
      csi: {
        driver: 'gcsfuse.csi.storage.gke.io',
        readOnly: false,
        volumeAttributes: { bucketName: artifacts.bucket, mountOptions: `implicit-dirs,${owner}` },
      },
    },
  };
}
