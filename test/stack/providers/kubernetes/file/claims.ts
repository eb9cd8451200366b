import { child, groupKind, gvkOf, text, type KubeObject } from '../object';
import type { Finding } from '../rules/finding';
import { parseQuantity } from '../schema/quantity';
import type { ClusterView } from './cluster';

const path = 'spec.resources.requests.storage';

/** A claim may grow where its class allows it, and never shrinks. */
export function checkClaimGrowth(view: ClusterView, live: KubeObject, next: KubeObject): Finding[] {
  if (groupKind(gvkOf(next)) !== 'core/PersistentVolumeClaim') return [];
  const sizeOf = (claim: KubeObject): bigint | undefined =>
    parseQuantity(child(claim, 'spec', 'resources', 'requests')['storage'])?.nano;
  const [before, after] = [sizeOf(live), sizeOf(next)];
  if (before === undefined || after === undefined || before === after) return [];
  if (after < before) return [{ path, message: 'field can not be less than previous value' }];
  const name = text(child(next, 'spec')['storageClassName']);
  const storageClass = view.get({ group: 'storage.k8s.io', kind: 'StorageClass' }, '', name);
  const grows = storageClass === undefined || storageClass['allowVolumeExpansion'] === true;
  return grows
    ? []
    : [
        {
          path,
          message: `only dynamically provisioned pvc can be resized and storage class ${name} must support resize`,
        },
      ];
}
