import { itemPath, UNKNOWN, type ValueObject } from '../../shared/values';
import { child, numeral, objects, text } from '../object';
import { configKey, dnsLabel, portName } from '../schema/names';
import type { Report } from './finding';
import { checkPort } from './port';
import { checkLifecycle, checkProbe } from './probes';
import { checkResources } from './resources';
import { checkMounts } from './volumes';

/** Which kind of container a list of the pod holds. */
export type ContainerList = 'containers' | 'initContainers';

// Fields that the downward API may hand to a container's environment (pkg/apis/core/validation).
const fieldPaths =
  /^(metadata\.(name|namespace|uid)|metadata\.(annotations|labels)\['[^']+'\]|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;

function checkEnvironment(container: ValueObject, path: string, report: Report): void {
  objects(container['env']).forEach((entry, index) => {
    const at = itemPath(`${path}.env`, index);
    const name = text(entry['name']);
    if (entry['name'] === '') report(`${at}.name`, 'is required');
    if (/[^ -<>-~]/.test(name)) report(`${at}.name`, `${JSON.stringify(name)} must be printable ASCII without "="`);
    const from = child(entry, 'valueFrom');
    if (entry['valueFrom'] === undefined || entry['valueFrom'] === UNKNOWN) return;
    if (text(entry['value']) !== '') report(`${at}.valueFrom`, 'may not be given with a value');
    const sources = Object.keys(from);
    if (sources.length !== 1)
      report(`${at}.valueFrom`, `must have exactly one source, it has ${sources.join(', ') || 'none'}`);
    const field = text(child(from, 'fieldRef')['fieldPath']);
    if (field !== '' && !fieldPaths.test(field))
      report(`${at}.valueFrom.fieldRef.fieldPath`, `${field} is not a field that the downward API offers`);
    for (const kind of ['configMapKeyRef', 'secretKeyRef']) {
      const key = text(child(from, kind)['key']);
      const wrong = key === '' ? undefined : configKey(key);
      if (wrong !== undefined) report(`${at}.valueFrom.${kind}.key`, wrong);
    }
  });
}

function checkPorts(container: ValueObject, path: string, report: Report): void {
  const ports = objects(container['ports']);
  ports.forEach((port, index) => {
    const at = itemPath(`${path}.ports`, index);
    checkPort(port['containerPort'], `${at}.containerPort`, report);
    checkPort(port['hostPort'], `${at}.hostPort`, report);
    const name = text(port['name']);
    if (name === '') return;
    const wrong = portName(name);
    if (wrong !== undefined) report(`${at}.name`, `${JSON.stringify(name)} ${wrong}`);
    if (ports.slice(0, index).some((other) => other['name'] === name))
      report(`${at}.name`, `${JSON.stringify(name)} is used by another port`);
  });
}

/** What a pod and a container both have of a security context. */
export function checkSharedSecurity(security: ValueObject, path: string, report: Report): void {
  for (const id of ['runAsUser', 'runAsGroup', 'fsGroup']) {
    const value = numeral(security[id]) ?? 0;
    if (value < 0 || value > 2 ** 31 - 1) report(`${path}.${id}`, 'must be between 0 and 2147483647');
  }
  checkSeccomp(child(security, 'seccompProfile'), `${path}.seccompProfile`, report);
}

function checkSecurity(security: ValueObject, path: string, report: Report): void {
  checkSharedSecurity(security, path, report);
  if (security['allowPrivilegeEscalation'] === false && security['privileged'] === true) {
    report(`${path}.allowPrivilegeEscalation`, 'cannot be false while privileged is true');
  }
}

function checkSeccomp(profile: ValueObject, path: string, report: Report): void {
  const local = text(profile['type']) === 'Localhost';
  if (local && profile['localhostProfile'] === undefined)
    report(`${path}.localhostProfile`, 'is required with type Localhost');
  if (!local && profile['localhostProfile'] !== undefined)
    report(`${path}.localhostProfile`, 'is only for type Localhost');
}

/** The containers of one list of a pod. `taken` has the names used so far, and gets those of this list. */
export function checkContainers(
  pod: ValueObject,
  which: ContainerList,
  volumes: ReadonlySet<string>,
  taken: Set<string>,
  path: string,
  report: Report,
): void {
  objects(pod[which]).forEach((container, index) => {
    const at = itemPath(`${path}.${which}`, index);
    const name = text(container['name']);
    if (name !== '') {
      const wrong = dnsLabel(name);
      if (wrong !== undefined) report(`${at}.name`, `${JSON.stringify(name)} ${wrong}`);
      if (taken.has(name)) report(`${at}.name`, `${JSON.stringify(name)} is used by another container`);
      taken.add(name);
    }
    checkImage(container, at, report);
    checkEnvironment(container, at, report);
    checkPorts(container, at, report);
    checkMounts(container, volumes, at, report);
    checkResources(child(container, 'resources'), `${at}.resources`, report);
    checkSecurity(child(container, 'securityContext'), `${at}.securityContext`, report);
    checkLifecycle(container, at, report);
    const sidecar = container['restartPolicy'] === 'Always';
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[probe] === undefined) continue;
      if (which === 'initContainers' && !sidecar)
        report(`${at}.${probe}`, 'an init container has no probes, unless restartPolicy is Always');
      checkProbe(container, probe, at, report);
    }
    if (container['restartPolicy'] !== undefined && which === 'containers') {
      report(`${at}.restartPolicy`, 'is only for init containers');
    }
  });
}

function checkImage(container: ValueObject, path: string, report: Report): void {
  const { image } = container;
  if (image === undefined || image === '') report(`${path}.image`, 'is required');
  else if (
    typeof image === 'string' &&
    !/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(image)
  ) {
    report(`${path}.image`, `${JSON.stringify(image)} is not an image reference: name[:tag][@sha256:<64 hex digits>]`);
  }
}
