import { groupKind, gvkOf, text, type KubeObject } from '../object';
import type { Catalog, KnownKind } from '../schema/catalog';
import { validate } from '../schema/validate';
import { checkApiService } from './aggregation';
import { checkAutoscaler, checkScaledObject } from './autoscaling';
import { checkConfigMap, checkPriorityClass, checkRuntimeClass, checkSecret } from './config';
import { checkDisruptionBudget } from './disruption';
import { collect, type Finding, type Rule } from './finding';
import { checkGateway, checkGrpcRoute, checkHttpRoute } from './gateway';
import { checkObjectMetadata } from './metadata';
import { checkPodMonitoring, checkPrometheusRules } from './monitoring';
import { checkNetworkPolicy, checkService } from './network';
import { checkLimitRange, checkNamespace, checkQuota } from './quota';
import { checkBinding, checkRole } from './rbac';
import { checkPersistentVolume, checkPersistentVolumeClaim, checkStorageClass } from './storage';
import { checkClaimTemplates, checkCronJob, checkJob, checkPods, checkReplicated } from './workloads';

const rules: Record<string, readonly Rule[]> = {
  'core/Namespace': [checkNamespace],
  'core/Pod': [checkPods],
  'core/Service': [checkService],
  'core/ConfigMap': [checkConfigMap],
  'core/Secret': [checkSecret],
  'core/ResourceQuota': [checkQuota],
  'core/LimitRange': [checkLimitRange],
  'core/PersistentVolumeClaim': [checkPersistentVolumeClaim],
  'core/PersistentVolume': [checkPersistentVolume],
  'apps/Deployment': [checkReplicated, checkPods],
  'apps/StatefulSet': [checkReplicated, checkClaimTemplates, checkPods],
  'apps/DaemonSet': [checkReplicated, checkPods],
  'apps/ReplicaSet': [checkReplicated, checkPods],
  'batch/Job': [checkJob, checkPods],
  'batch/CronJob': [checkCronJob, checkPods],
  'policy/PodDisruptionBudget': [checkDisruptionBudget],
  'networking.k8s.io/NetworkPolicy': [checkNetworkPolicy],
  'rbac.authorization.k8s.io/RoleBinding': [checkBinding],
  'rbac.authorization.k8s.io/ClusterRoleBinding': [checkBinding],
  'scheduling.k8s.io/PriorityClass': [checkPriorityClass],
  'node.k8s.io/RuntimeClass': [checkRuntimeClass],
  'storage.k8s.io/StorageClass': [checkStorageClass],
  'apiregistration.k8s.io/APIService': [checkApiService],
  'gateway.networking.k8s.io/Gateway': [checkGateway],
  'gateway.networking.k8s.io/HTTPRoute': [checkHttpRoute],
  'gateway.networking.k8s.io/GRPCRoute': [checkGrpcRoute],
  'monitoring.googleapis.com/PodMonitoring': [checkPodMonitoring],
  'monitoring.googleapis.com/ClusterPodMonitoring': [checkPodMonitoring],
  'monitoring.googleapis.com/Rules': [checkPrometheusRules],
  'monitoring.googleapis.com/ClusterRules': [checkPrometheusRules],
  'monitoring.googleapis.com/GlobalRules': [checkPrometheusRules],
  'keda.sh/ScaledObject': [checkScaledObject],
};

/** What a rule needs to know besides the object. */
export interface RuleContext {
  catalog: Catalog;
  /** Kubernetes' minor version: 34 is 1.34. */
  minor: number;
}

const firstWithZeroReplicas = 37;

function rulesFor(object: KubeObject, { catalog, minor }: RuleContext): readonly Rule[] {
  const kind = groupKind(gvkOf(object));
  if (kind === 'autoscaling/HorizontalPodAutoscaler' && text(object['apiVersion']) === 'autoscaling/v2') {
    return [(one, report) => checkAutoscaler(one, minor >= firstWithZeroReplicas, report)];
  }
  if (kind === 'rbac.authorization.k8s.io/Role' || kind === 'rbac.authorization.k8s.io/ClusterRole')
    return [checkRole(catalog)];
  return rules[kind] ?? [];
}

/** All that is wrong with an object by itself: its schema first; when that holds, its names and what its kind demands. */
export function checkObject(object: KubeObject, kind: KnownKind, context: RuleContext): Finding[] {
  const found = validate(object, kind.schema, kind.resolve);
  const more = collect((report) => {
    checkObjectMetadata(object, kind.info.namespaced, report);
    for (const rule of rulesFor(object, context)) rule(object, report);
  });
  const paths = new Set(found.map(({ path }) => path));
  // One fault, one message: the schema's wins.
  return [...found, ...more.filter(({ path }) => !paths.has(path))];
}
