import type { Names } from '../../names';
import { namespaces, type AgentPlan } from '../../types';
import { ports } from '../endpoints';
import { agentLabels, agentSelector, selector } from '../labels';
import type { Platform } from '../platform';
import { hostPolicy, parseHost } from './hosts';
import { networkPolicy } from './policy';
import { dns, podsIn, tcp } from './rules';

/** What a type's agents may reach: names, the dispatcher, the model gateway. Nobody may reach them. */
export function agentNetworkPolicy(plan: AgentPlan, names: Names, platform: Platform) {
  return networkPolicy({
    name: names('k8s.object', 'agent', plan.name),
    namespace: namespaces.agents,
    labels: agentLabels(plan.name),
    selector: agentSelector(plan.name),
    ingress: [],
    egress: [
      dns(platform),
      { to: [podsIn(namespaces.system, selector('dispatcher', 'serve'))], ports: tcp(ports.http, ports.grpc) },
      { to: [podsIn(namespaces.system, selector('dispatcher', 'model-gateway'))], ports: tcp(ports.http) },
    ],
  });
}

/**
 * The hosts of a type's record, where the cluster can allow them by name; undefined where it cannot (they stay closed: an address
 * range wide enough for them would be wide enough for everything) or where there are none. `bucket`: models come from one, so the
 * pod must reach Cloud Storage; a perimeter (VPC Service Controls) keeps it to the project's own.
 */
export function agentHostPolicy(plan: AgentPlan, names: Names, platform: Platform, bucket: boolean) {
  const hosts = [...plan.egress, ...(bucket ? ['storage.googleapis.com:443'] : [])];
  if (!platform.can.hostPolicies || hosts.length === 0) return undefined;
  return hostPolicy({
    name: names('k8s.object', 'agent', plan.name),
    namespace: namespaces.agents,
    labels: agentLabels(plan.name),
    selector: agentSelector(plan.name),
    hosts: hosts.map(parseHost),
  });
}
