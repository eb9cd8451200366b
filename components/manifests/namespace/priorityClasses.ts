import type { Names } from '../../names';
import { labels } from '../labels';

/** Names of the priority classes. They belong to no namespace. */
export function priorityClassNames(names: Names) {
  return { system: names('k8s.object', 'factory', 'system'), agents: names('k8s.object', 'factory', 'agents') };
}

/** The factory's own programs come before agents; agents never push each other out. */
export function priorityClasses(names: Names) {
  const { system, agents } = priorityClassNames(names);
  const of = (name: string, value: number, preemptionPolicy: string, description: string) => ({
    apiVersion: 'scheduling.k8s.io/v1' as const,
    kind: 'PriorityClass' as const,
    metadata: { name, labels: labels('namespace', name) },
    value,
    globalDefault: false,
    preemptionPolicy,
    description,
  });
  return {
    system: of(system, 1_000_000, 'PreemptLowerPriority', 'Dispatcher roles and Redis of the agent factory'),
    agents: of(agents, 1_000, 'Never', 'Agents of the agent factory'),
  };
}
