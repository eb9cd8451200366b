import { itemPath, type ValueObject } from '../../shared/values';
import type { ClusterView } from '../file/cluster';
import { child, groupKind, gvkOf, namespaceOf, numeral, objects, strings, text, type KubeObject } from '../object';
import type { Report } from '../rules/finding';
import { podOf } from '../rules/podTemplate';
import { mapSelects } from '../rules/selector';

type Check = (view: ClusterView, object: KubeObject, report: Report) => void;

const workloads = [
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: 'apps', kind: 'DaemonSet' },
  { group: '', kind: 'Pod' },
] as const;

/** Both scalers name a workload, whose containers must ask for what is measured against their request. */
const checkScaled: Check = (view, object, report) => {
  const target = child(object, 'spec', 'scaleTargetRef');
  // KEDA leaves out what is a Deployment.
  const { group, kind } = gvkOf({
    apiVersion: target['apiVersion'] ?? 'apps/v1',
    kind: target['kind'] ?? 'Deployment',
  });
  const name = text(target['name']);
  const scaled = view.get({ group, kind }, namespaceOf(object), name);
  if (scaled === undefined) {
    report('spec.scaleTargetRef', `${kind} "${name}" not found in namespace ${namespaceOf(object)}`);
    return;
  }
  const containers = objects(child(podOf(scaled)?.pod, 'spec')['containers']);
  objects(child(object, 'spec')['metrics']).forEach((metric, index) => {
    const resource = text(child(metric, 'resource')['name']);
    if (metric['type'] !== 'Resource' || child(metric, 'resource', 'target')['type'] !== 'Utilization') return;
    for (const container of containers) {
      const has = child(container, 'resources');
      if (child(has, 'requests')[resource] === undefined && child(has, 'limits')[resource] === undefined) {
        report(
          itemPath('spec.metrics', index),
          `failed to get ${resource} utilization: missing request for ${resource} in container ${text(container['name'])} of ${kind} ${name}`,
        );
      }
    }
  });
};

/** The provider waits until a Service with a selector and an address has pods behind it. */
const checkService: Check = (view, object, report) => {
  const spec = child(object, 'spec');
  const annotations = strings(child(object, 'metadata')['annotations']);
  const skipped =
    annotations['pulumi.com/skipAwait'] === 'true' || spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None';
  if (skipped || Object.keys(child(spec, 'selector')).length === 0) return;
  const selected = workloads
    .flatMap((kind) => view.list(kind, namespaceOf(object)))
    .filter((workload) => mapSelects(spec['selector'], child(podOf(workload)?.pod, 'metadata')['labels']));
  if (selected.length === 0) {
    report(
      'spec.selector',
      'Service does not target any Pods. Selected Pods may not be ready, or field `.spec.selector` may not match labels on any Pods',
    );
    return;
  }
  const ports = selected.flatMap((workload) =>
    objects(child(podOf(workload)?.pod, 'spec')['containers']).flatMap((container) => objects(container['ports'])),
  );
  objects(spec['ports']).forEach((port, index) => {
    const target = text(port['targetPort']);
    if (target !== '' && !ports.some((one) => one['name'] === target))
      report(
        `${itemPath('spec.ports', index)}.targetPort`,
        `no container of the selected pods has a port called ${JSON.stringify(target)}`,
      );
  });
};

const checkBinding: Check = (view, object, report) => {
  const role = child(object, 'roleRef');
  const kind = text(role['kind']);
  const namespace = kind === 'Role' ? namespaceOf(object) : '';
  if (view.get({ group: 'rbac.authorization.k8s.io', kind }, namespace, text(role['name'])) === undefined) {
    report('roleRef.name', `${kind.toLowerCase()}.rbac.authorization.k8s.io "${text(role['name'])}" not found`);
  }
  objects(object['subjects']).forEach((subject, index) => {
    if (subject['kind'] !== 'ServiceAccount') return;
    const [where, name] = [text(subject['namespace']) || namespaceOf(object), text(subject['name'])];
    if (view.get({ group: '', kind: 'ServiceAccount' }, where, name) === undefined)
      report(itemPath('subjects', index), `serviceaccount "${name}" not found in namespace ${where}`);
  });
};

const checkGateway: Check = (view, object, report) => {
  const name = text(child(object, 'spec')['gatewayClassName']);
  if (view.get({ group: 'gateway.networking.k8s.io', kind: 'GatewayClass' }, '', name) === undefined)
    report('spec.gatewayClassName', `gatewayclass "${name}" not found`);
};

function checkBackend(view: ClusterView, namespace: string, backend: ValueObject, path: string, report: Report): void {
  if ((backend['kind'] ?? 'Service') !== 'Service') return;
  const where = text(backend['namespace']) || namespace;
  const service = view.get({ group: '', kind: 'Service' }, where, text(backend['name']));
  if (service === undefined) {
    report(`${path}.name`, `service "${text(backend['name'])}" not found in namespace ${where}`);
    return;
  }
  const port = numeral(backend['port']);
  const ports = objects(child(service, 'spec')['ports']).map((one) => numeral(one['port']));
  if (port !== undefined && !ports.includes(port))
    report(`${path}.port`, `service "${text(backend['name'])}" has no port ${port}; it has ${ports.join(', ')}`);
}

const checkRoute: Check = (view, object, report) => {
  const spec = child(object, 'spec');
  objects(spec['parentRefs']).forEach((parent, index) => {
    if ((parent['kind'] ?? 'Gateway') !== 'Gateway') return;
    const where = text(parent['namespace']) || namespaceOf(object);
    const gateway = view.get({ group: 'gateway.networking.k8s.io', kind: 'Gateway' }, where, text(parent['name']));
    const at = itemPath('spec.parentRefs', index);
    if (gateway === undefined)
      report(`${at}.name`, `gateway "${text(parent['name'])}" not found in namespace ${where}`);
    const section = text(parent['sectionName']);
    const listeners = objects(child(gateway, 'spec')['listeners']).map((listener) => listener['name']);
    if (gateway !== undefined && section !== '' && !listeners.includes(section))
      report(`${at}.sectionName`, `gateway "${text(parent['name'])}" has no listener ${section}`);
  });
  objects(spec['rules']).forEach((rule, index) => {
    objects(rule['backendRefs']).forEach((backend, position) =>
      checkBackend(
        view,
        namespaceOf(object),
        backend,
        itemPath(`${itemPath('spec.rules', index)}.backendRefs`, position),
        report,
      ),
    );
  });
};

/** GKE's policies for load balancers hang on a Service or Gateway. */
const checkPolicyTarget: Check = (view, object, report) => {
  const target = child(object, 'spec', 'targetRef');
  const [group, kind, name] = [text(target['group']), text(target['kind']), text(target['name'])];
  if (view.get({ group, kind }, namespaceOf(object), name) === undefined)
    report('spec.targetRef.name', `${kind} "${name}" not found in namespace ${namespaceOf(object)}`);
};

const checkClaim: Check = (view, object, report) => {
  const name = text(child(object, 'spec')['storageClassName']);
  const volume = text(child(object, 'spec')['volumeName']);
  if (volume !== '') {
    if (view.get({ group: '', kind: 'PersistentVolume' }, '', volume) === undefined)
      report('spec.volumeName', `persistentvolume "${volume}" not found`);
    return;
  }
  const known = view.get({ group: 'storage.k8s.io', kind: 'StorageClass' }, '', name) !== undefined;
  if (name !== '' && !known) report('spec.storageClassName', `storageclass.storage.k8s.io "${name}" not found`);
};

const checkApiService: Check = (view, object, report) => {
  const service = child(object, 'spec', 'service');
  if (Object.keys(service).length === 0) return;
  const [namespace, name] = [text(service['namespace']), text(service['name'])];
  const found = view.get({ group: '', kind: 'Service' }, namespace, name);
  if (found === undefined)
    report('spec.service', `service/${name} in "${namespace}" is not present: the API would not be available`);
  const port = numeral(service['port']) ?? 443;
  const ports = objects(child(found, 'spec')['ports']).map((one) => numeral(one['port']));
  if (found !== undefined && !ports.includes(port))
    report('spec.service.port', `service/${name} in "${namespace}" is not listening on port ${port}`);
};

const checks: Record<string, Check> = {
  'autoscaling/HorizontalPodAutoscaler': checkScaled,
  'keda.sh/ScaledObject': checkScaled,
  'core/Service': checkService,
  'core/PersistentVolumeClaim': checkClaim,
  'rbac.authorization.k8s.io/RoleBinding': checkBinding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': checkBinding,
  'gateway.networking.k8s.io/Gateway': checkGateway,
  'gateway.networking.k8s.io/HTTPRoute': checkRoute,
  'gateway.networking.k8s.io/GRPCRoute': checkRoute,
  'networking.gke.io/HealthCheckPolicy': checkPolicyTarget,
  'networking.gke.io/GCPBackendPolicy': checkPolicyTarget,
  'networking.gke.io/GCPGatewayPolicy': checkPolicyTarget,
  'apiregistration.k8s.io/APIService': checkApiService,
};

/** What an object of this kind hangs on. */
export function checkTargets(view: ClusterView, object: KubeObject, report: Report): void {
  checks[groupKind(gvkOf(object))]?.(view, object, report);
}
