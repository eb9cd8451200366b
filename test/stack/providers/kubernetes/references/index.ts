import { itemPath } from '../../shared/values';
import type { ClusterView } from '../file/cluster';
import { child, groupKind, gvkOf, namespaceOf, objects, text, type KubeObject } from '../object';
import { collect, type Finding, type Report } from '../rules/finding';
import { podOf, podPath } from '../rules/podTemplate';
import { checkLimitRanges, checkPodSecurity, checkQuotas } from './admission';
import { checkPodReferences } from './pod';
import { checkTargets } from './targets';

function checkClaimTemplates(view: ClusterView, object: KubeObject, report: Report): void {
  objects(child(object, 'spec')['volumeClaimTemplates']).forEach((claim, index) => {
    const name = text(child(claim, 'spec')['storageClassName']);
    if (name !== '' && view.get({ group: 'storage.k8s.io', kind: 'StorageClass' }, '', name) === undefined) {
      report(
        `${itemPath('spec.volumeClaimTemplates', index)}.spec.storageClassName`,
        `storageclass.storage.k8s.io "${name}" not found`,
      );
    }
  });
}

function checkPods(view: ClusterView, object: KubeObject, report: Report): void {
  const found = podOf(object);
  if (found === undefined) return;
  checkPodReferences(view, namespaceOf(object), child(found.pod, 'spec'), podPath(found.path, 'spec'), report);
  checkPodSecurity(view, object, report);
  checkLimitRanges(view, object, report);
  checkQuotas(view, object, report);
  checkClaimTemplates(view, object, report);
}

/** What the API server itself refuses at once: admission of a bare Pod. */
export function admissionFindings(view: ClusterView, object: KubeObject): Finding[] {
  return groupKind(gvkOf(object)) === 'core/Pod' ? collect((report) => checkPods(view, object, report)) : [];
}

/**
 * Why an object that the API server took would not become ready: what it names is not there, or its pods would be refused.
 * In a cluster this ends as soon as what was missing appears, so the caller asks again for a while.
 */
export function readinessFindings(view: ClusterView, object: KubeObject): Finding[] {
  return collect((report) => {
    checkPods(view, object, report);
    checkTargets(view, object, report);
  });
}
