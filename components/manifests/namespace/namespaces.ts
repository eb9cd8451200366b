import { namespaces } from '../../types';
import { labels } from '../labels';

/** Pod Security Admission: the restricted standard is enforced, and told of in warnings and the audit log. */
const restricted = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
);

function namespaceObject(name: string, more: Readonly<Record<string, string>>) {
  return {
    apiVersion: 'v1' as const,
    kind: 'Namespace' as const,
    metadata: { name, labels: { ...more, ...labels('namespace', name), ...restricted } },
  };
}

/** Namespace of the factory's own programs. */
export function systemNamespace() {
  return namespaceObject(namespaces.system, {});
}

/** Namespace of the agents. A mesh's proxy does not work inside gVisor pods, so none is ever put into them. */
export function agentsNamespace(more: Readonly<Record<string, string>> = {}) {
  return namespaceObject(namespaces.agents, {
    ...more,
    'istio-injection': 'disabled',
    'istio.io/dataplane-mode': 'none',
  });
}
