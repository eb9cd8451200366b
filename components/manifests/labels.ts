import { agentPodLabels } from '@agent-factory/contract';

/** What an object belongs to. */
export type Part = 'agent' | 'dispatcher' | 'models' | 'redis' | 'edge' | 'queue-metric' | 'namespace';

/** Label of nodes that tells the pool's tier: `system`, `small`, `large` or `gpu`. Node pools carry it, pods select by it. */
export const poolLabel = 'agent-factory.dev/pool';

/** Label of everything that belongs to one agent type. */
const typeLabel = 'agent-factory.dev/type';

/** Annotation of pod templates: changes with the configuration that the pods read, so that they are replaced. */
export const configHashAnnotation = 'agent-factory.dev/config-hash';

const partOf = agentPodLabels['app.kubernetes.io/part-of'];

/** Labels of an object. `name` tells parts of one kind apart, such as the dispatcher's roles; it defaults to the part. */
export function labels(part: Part, name: string = part): Record<string, string> {
  return { ...selector(part, name), 'app.kubernetes.io/part-of': partOf, 'app.kubernetes.io/managed-by': 'pulumi' };
}

/** The labels that select the pods of a part: those that never change. */
export function selector(part: Part, name: string = part): Record<string, string> {
  return { 'app.kubernetes.io/component': part, 'app.kubernetes.io/name': name };
}

/** Labels of an object of an agent type, its pods included. */
export function agentLabels(type: string): Record<string, string> {
  return { ...labels('agent', type), [typeLabel]: type };
}

/** The labels that select the pods of an agent type. */
export function agentSelector(type: string): Record<string, string> {
  return selector('agent', type);
}

/** The labels that select the pods of every agent type. */
export const anyAgent: Readonly<Record<string, string>> = agentPodLabels;
