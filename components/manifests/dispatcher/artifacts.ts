import type { Names } from '../../names';
import { namespaces } from '../../types';
import { labels } from '../labels';
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

/** The folder of artifacts as a volume of `serve`; none for a bucket, which the dispatcher reaches itself. */
export function artifactsVolumes(artifacts: Artifacts<unknown>, names: Names): RoleVolume[] {
  if (artifacts.kind === 'bucket') return [];
  const source = { persistentVolumeClaim: { claimName: claimName(names) } };
  return [{ name: 'artifacts', mountPath: inDispatcher.artifacts, readOnly: false, source }];
}
