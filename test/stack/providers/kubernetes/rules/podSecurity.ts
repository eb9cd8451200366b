import { itemPath, type ValueObject } from '../../shared/values';
import { child, list, objects, text } from '../object';
import { collect, type Finding, type Report } from './finding';

/** The levels of pod security admission (kubernetes.io, Pod Security Standards). */
export type Level = 'privileged' | 'baseline' | 'restricted';

const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;
const baselineCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const restrictedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const safeSysctls =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_local_reserved_ports|ip_unprivileged_port_start|tcp_(syncookies|keepalive_(time|intvl|probes)|fin_timeout|rmem|wmem)|ping_group_range))$/;

interface Part {
  container: ValueObject;
  path: string;
}

function parts(pod: ValueObject, path: string): Part[] {
  return lists.flatMap((name) =>
    objects(pod[name]).map((container, index) => ({ container, path: itemPath(`${path}.${name}`, index) })),
  );
}

function checkBaseline(pod: ValueObject, path: string, report: Report): void {
  for (const namespace of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (pod[namespace] === true) report(`${path}.${namespace}`, 'is not allowed by pod security "baseline"');
  }
  objects(pod['volumes']).forEach((volume, index) => {
    if (volume['hostPath'] !== undefined)
      report(`${itemPath(`${path}.volumes`, index)}.hostPath`, 'is not allowed by pod security "baseline"');
  });
  objects(child(pod, 'securityContext')['sysctls']).forEach((sysctl, index) => {
    if (!safeSysctls.test(text(sysctl['name'])))
      report(
        itemPath(`${path}.securityContext.sysctls`, index),
        `${text(sysctl['name'])} is not allowed by pod security "baseline"`,
      );
  });
  for (const { container, path: at } of parts(pod, path)) {
    const security = child(container, 'securityContext');
    if (security['privileged'] === true)
      report(`${at}.securityContext.privileged`, 'is not allowed by pod security "baseline"');
    if (!['', 'Default'].includes(text(security['procMount'])))
      report(`${at}.securityContext.procMount`, 'must be Default (pod security "baseline")');
    for (const added of list(child(security, 'capabilities')['add'])) {
      if (typeof added === 'string' && !baselineCapabilities.has(added))
        report(`${at}.securityContext.capabilities.add`, `${added} is not allowed by pod security "baseline"`);
    }
    objects(container['ports']).forEach((port, index) => {
      if (port['hostPort'] !== undefined && port['hostPort'] !== 0)
        report(`${itemPath(`${at}.ports`, index)}.hostPort`, 'is not allowed by pod security "baseline"');
    });
  }
  for (const { owner, path: at } of [
    { owner: pod, path },
    ...parts(pod, path).map((part) => ({ owner: part.container, path: part.path })),
  ]) {
    if (child(owner, 'securityContext', 'seccompProfile')['type'] === 'Unconfined')
      report(`${at}.securityContext.seccompProfile.type`, 'may not be Unconfined (pod security "baseline")');
  }
}

function checkRestricted(pod: ValueObject, path: string, report: Report): void {
  const shared = child(pod, 'securityContext');
  objects(pod['volumes']).forEach((volume, index) => {
    for (const source of Object.keys(volume).filter((key) => key !== 'name')) {
      if (!restrictedVolumes.has(source))
        report(
          `${itemPath(`${path}.volumes`, index)}.${source}`,
          'is a kind of volume that pod security "restricted" does not allow',
        );
    }
  });
  for (const { container, path: at } of parts(pod, path)) {
    const own = child(container, 'securityContext');
    const because = '(pod security "restricted")';
    if (own['allowPrivilegeEscalation'] !== false && typeof own['allowPrivilegeEscalation'] !== 'symbol') {
      report(`${at}.securityContext.allowPrivilegeEscalation`, `must be false ${because}`);
    }
    const capabilities = child(own, 'capabilities');
    if (!list(capabilities['drop']).includes('ALL'))
      report(`${at}.securityContext.capabilities.drop`, `must have ALL ${because}`);
    for (const added of list(capabilities['add'])) {
      if (added !== 'NET_BIND_SERVICE')
        report(`${at}.securityContext.capabilities.add`, `may have NET_BIND_SERVICE only ${because}`);
    }
    if ((own['runAsNonRoot'] ?? shared['runAsNonRoot']) !== true)
      report(`${at}.securityContext.runAsNonRoot`, `must be true here or for the pod ${because}`);
    if ((own['runAsUser'] ?? shared['runAsUser']) === 0)
      report(`${at}.securityContext.runAsUser`, `must not be 0 ${because}`);
    const seccomp = text(child(own, 'seccompProfile')['type']) || text(child(shared, 'seccompProfile')['type']);
    if (seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost')
      report(
        `${at}.securityContext.seccompProfile.type`,
        `must be RuntimeDefault or Localhost here or for the pod ${because}`,
      );
  }
}

/** What pod security admission finds wrong with a pod's `spec` at a level. */
export function podSecurityFindings(level: Level, pod: ValueObject, path: string): Finding[] {
  return collect((report) => {
    if (level !== 'privileged') checkBaseline(pod, path, report);
    if (level === 'restricted') checkRestricted(pod, path, report);
  });
}
