import { join } from './expect';
import type { Resource } from './rule';
import { kindOf } from './types';
import { at, items, later, text, type Value } from './value';

/** Where the kinds that make pods keep the pod. */
const templates: Readonly<Record<string, string>> = {
  Pod: '',
  PodTemplate: 'template',
  Deployment: 'spec.template',
  StatefulSet: 'spec.template',
  DaemonSet: 'spec.template',
  ReplicaSet: 'spec.template',
  ReplicationController: 'spec.template',
  Job: 'spec.template',
  CronJob: 'spec.jobTemplate.spec.template',
  Sandbox: 'spec.podTemplate',
  SandboxTemplate: 'spec.podTemplate',
};

/** Namespace of agents, and the label that everything of an agent type carries. */
export const agents = { namespace: 'factory-agents', typeLabel: 'agent-factory.dev/type' } as const;

/** A pod that a resource makes. */
export interface Pod {
  /** Path of its spec. */
  path: string;
  spec: Value;
  labels: Value;
  namespace: string;
  /** Runs an agent. */
  agent: boolean;
}

export interface Container {
  path: string;
  container: Value;
}

/** For rules on pods, however they are made. */
export function podTypes(type: string): boolean {
  return Object.hasOwn(templates, kindOf(type) ?? '');
}

/** The pod that a resource makes: none when it makes none, or one that is not known yet. */
export function podsOf({ type, props }: Resource): Pod[] {
  const path = templates[kindOf(type) ?? ''];
  const spec = path === undefined ? undefined : at(props, join(path, 'spec'));
  if (path === undefined || spec === undefined || spec === later) return [];
  const labels = at(props, join(path, 'metadata.labels'));
  const namespace = namespaceOf(props);
  const agent = namespace === agents.namespace || text(at(labels, [agents.typeLabel])) !== '';
  return [{ path: join(path, 'spec'), spec, labels, namespace, agent }];
}

/** Namespace of an object; `default` when it names none. */
export function namespaceOf(props: Value): string {
  return text(at(props, 'metadata.namespace')) || 'default';
}

/** Every container of a pod, those that come first and those that are put in later included. */
function containersOf(pod: Pod): Container[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    items(at(pod.spec, list))
      .map((container, index) => ({ path: `${pod.path}.${list}[${index}]`, container }))
      .filter(({ container }) => container !== later),
  );
}

/** Findings of each container of a resource's pod. */
export function eachContainer<T>(resource: Resource, judge: (container: Container, pod: Pod) => readonly T[]): T[] {
  return podsOf(resource).flatMap((pod) => containersOf(pod).flatMap((container) => judge(container, pod)));
}
