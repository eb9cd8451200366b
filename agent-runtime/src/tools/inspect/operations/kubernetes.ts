import type { FileEntry } from '../core/fileIndex';
import { listed } from '../core/text';
import type { YamlDocument } from '../core/yaml';
import { at, isRecord, list, record, text } from '../manifests/values';
import { imageMoves, report, type Report } from './report';

type Path = (string | number)[];

/** Where the pod specification of a workload is, by kind. */
const podPaths: Record<string, string[]> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Whether a document is an object of the Kubernetes API. */
function isKubernetes(value: unknown): value is Record<string, unknown> {
  return (
    isRecord(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isRecord(value['metadata'])
  );
}

/** Examines one Kubernetes object. */
export function checkKubernetes(to: Report, file: FileEntry, { value, line }: YamlDocument): void {
  if (!isKubernetes(value)) return;
  const kind = String(value['kind']);
  const name = text(at(value, 'metadata', 'name')) ?? '?';
  const label = `${kind} ${name}`;
  to.files.push({ kind: 'Kubernetes', file, what: label });
  const podPath = Object.hasOwn(podPaths, kind) ? podPaths[kind] : undefined;
  const pod = podPath ? at(value, ...podPath) : undefined;
  if (podPath && isRecord(pod)) checkPod(to, file, label, pod, podPath, line);
  if (kind === 'Secret') checkSecret(to, file, label, value, line);
  if (kind === 'ClusterRoleBinding' && at(value, 'roleRef', 'name') === 'cluster-admin')
    report(
      to,
      file,
      line(['roleRef']),
      'k8s-cluster-admin',
      'medium',
      `${label} gives cluster-admin`,
      'Who holds it may do everything in the cluster.',
      'Give a role with the rights that are needed.',
    );
  if (kind === 'Role' || kind === 'ClusterRole')
    list(value['rules']).forEach((rule, index) => {
      if (list(record(rule)['verbs']).includes('*') && list(record(rule)['resources']).includes('*'))
        report(
          to,
          file,
          line(['rules', index]),
          'k8s-role-all',
          'medium',
          `${label} allows every verb on every resource`,
          'verbs: ["*"], resources: ["*"]',
          'Name the verbs and resources that are needed.',
        );
    });
}

function checkSecret(
  to: Report,
  file: FileEntry,
  label: string,
  value: Record<string, unknown>,
  line: YamlDocument['line'],
): void {
  const filled = (['data', 'stringData'] as const).flatMap((field) =>
    Object.entries(record(value[field]))
      .filter(
        ([, held]) =>
          typeof held === 'string' && held.length >= 4 && !/^[$<{]|placeholder|changeme|example/i.test(held),
      )
      .map(([key]) => key),
  );
  if (filled.length > 0)
    report(
      to,
      file,
      line(['data']),
      'k8s-secret-committed',
      'high',
      `${label} is in the repository with its values`,
      `Keys: ${listed(filled, 8)}. Base64 hides nothing; the values are not shown here.`,
      'Keep it in a secret store (External Secrets, sealed secrets, SOPS).',
    );
}

function checkPod(
  to: Report,
  file: FileEntry,
  label: string,
  pod: Record<string, unknown>,
  podPath: string[],
  line: YamlDocument['line'],
): void {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'])
    if (pod[field] === true)
      report(
        to,
        file,
        line([...podPath, field]),
        'k8s-host-namespace',
        'medium',
        `${label} shares a namespace of the node`,
        `${field}: true`,
        'Do without, unless it is an agent of the node itself.',
      );
  list(pod['volumes']).forEach((volume, index) => {
    const host = record(record(volume)['hostPath'])['path'];
    if (typeof host === 'string')
      report(
        to,
        file,
        line([...podPath, 'volumes', index]),
        'k8s-host-path',
        /docker\.sock|containerd\.sock|crio\.sock/.test(host) || host === '/' ? 'high' : 'medium',
        `${label} mounts a path of the node`,
        `hostPath ${host}`,
        'Use a volume of the cluster.',
      );
  });
  const bare: string[] = [];
  const rootable: string[] = [];
  const podContext = record(pod['securityContext']);
  for (const field of ['containers', 'initContainers'] as const)
    list(pod[field]).forEach((item, index) => {
      const container = record(item);
      const path: Path = [...podPath, field, index];
      const name = text(container['name']) ?? '?';
      const context = record(container['securityContext']);
      const image = text(container['image']) ?? '';
      if (imageMoves(image))
        report(
          to,
          file,
          line([...path, 'image']),
          'k8s-image-moves',
          'medium',
          `${label}: the image ${image} is not fixed`,
          'Without a tag, or with latest, nodes can run different versions.',
          'Name a version, best with its digest.',
        );
      if (context['privileged'] === true)
        report(
          to,
          file,
          line([...path, 'securityContext']),
          'k8s-privileged',
          'high',
          `${label}: container ${name} is privileged`,
          'It has all rights of the node.',
          'Give only the capabilities that it needs.',
        );
      const added = list(at(context, 'capabilities', 'add')).filter((one) => one === 'ALL' || one === 'SYS_ADMIN');
      if (added.length > 0)
        report(
          to,
          file,
          line([...path, 'securityContext']),
          'k8s-capabilities',
          'high',
          `${label}: container ${name} adds ${added.join(', ')}`,
          'That is nearly as much as privileged.',
          'Give only the capabilities that it needs.',
        );
      if ((context['runAsUser'] ?? podContext['runAsUser']) === 0)
        report(
          to,
          file,
          line([...path]),
          'k8s-runs-as-root',
          'medium',
          `${label}: container ${name} runs as root`,
          'runAsUser: 0',
          'Use a user without rights.',
        );
      else if (
        (context['runAsNonRoot'] ?? podContext['runAsNonRoot']) !== true &&
        (context['runAsUser'] ?? podContext['runAsUser']) === undefined &&
        context['privileged'] !== true
      )
        rootable.push(name);
      if (field === 'containers' && at(container, 'resources', 'limits', 'memory') === undefined) bare.push(name);
    });
  if (bare.length > 0)
    report(
      to,
      file,
      line([...podPath, 'containers']),
      'k8s-no-memory-limit',
      'low',
      `${label} has no memory limit`,
      `Containers: ${listed(bare, 8)}.`,
      'Set resources.limits.memory, so that one leak does not take the node.',
    );
  if (rootable.length > 0)
    report(
      to,
      file,
      line(podPath),
      'k8s-may-run-as-root',
      'low',
      `${label} may run as root`,
      `Neither runAsNonRoot nor runAsUser is set for: ${listed(rootable, 8)}.`,
      'Set runAsNonRoot: true.',
    );
}
