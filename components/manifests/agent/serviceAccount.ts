import type { Names } from '../../names';
import { namespaces } from '../../types';
import { agentServiceAccount } from '../dispatcher/config';
import { agentLabels } from '../labels';

/** ServiceAccount of a type: a name for the token that an agent registers with. It has no right in the cluster or the cloud. */
export function agentIdentity(type: string, names: Names) {
  return {
    apiVersion: 'v1' as const,
    kind: 'ServiceAccount' as const,
    metadata: {
      name: agentServiceAccount(type, names),
      namespace: namespaces.agents,
      labels: agentLabels(type),
    },
    automountServiceAccountToken: false,
  };
}
