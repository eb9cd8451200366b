import { agents, namespaceOf } from '../judge/pods';
import type { Finding, ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at, items, later, text, type Value } from '../judge/value';

const metadataServer = '169.254.0.0/16';

export const rule: ResourceRule = {
  name: 'kubernetes-networkpolicy-narrow',
  description:
    'Open ways to those who need them: agents to no address range of the internet, nobody to the metadata server with it',
  level: 'mandatory',
  source: 'CIS GKE 4.3.2',
  appliesTo: forKinds('NetworkPolicy'),
  judge: ({ props }) => {
    const ofAgents = namespaceOf(props) === agents.namespace;
    return [
      ...(ofAgents ? openTo(props, 'ingress', 'from') : []),
      ...openTo(props, 'egress', 'to'),
      ...items(at(props, 'spec.egress')).flatMap((way, index) => ranges(way, `spec.egress[${index}]`, ofAgents)),
    ];
  },
};

/** Ways that name nobody are open to everybody. */
function openTo(props: Value, direction: string, peers: string): Finding[] {
  return items(at(props, `spec.${direction}`)).flatMap((way, index) => {
    const named = at(way, peers);
    return named === later || items(named).length > 0
      ? []
      : [{ path: `spec.${direction}[${index}].${peers}`, fault: 'is not set, which means everybody: name whom' }];
  });
}

function ranges(way: Value, within: string, ofAgents: boolean): Finding[] {
  return items(at(way, 'to')).flatMap((peer, index) => {
    const path = `${within}.to[${index}].ipBlock`;
    if (!text(at(peer, 'ipBlock.cidr')).endsWith('/0')) return [];
    if (ofAgents) return [{ path: `${path}.cidr`, fault: 'is the internet: allow hosts by name (FQDNNetworkPolicy)' }];
    const except = items(at(peer, 'ipBlock.except'));
    return !reachesMetadata(way) || except.includes(metadataServer) || except.includes(later)
      ? []
      : [{ path: `${path}.except`, fault: `lets the metadata server be reached: add ${metadataServer}` }];
  });
}

/** Whether a way is open at the ports of the metadata server: 80, and 988 behind it. */
function reachesMetadata(way: Value): boolean {
  const ports = items(at(way, 'ports'));
  return (
    ports.length === 0 ||
    ports.some((port) => {
      const from = at(port, 'port');
      if (typeof from !== 'number') return from === undefined;
      const to = at(port, 'endPort');
      return [80, 988].some((open) => from <= open && open <= (typeof to === 'number' ? to : from));
    })
  );
}
