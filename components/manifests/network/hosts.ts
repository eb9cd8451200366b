import type { MatchLabels } from './rules';

/** A host that pods may reach, as records write it: `host`, `*.host` or `host:port`. */
export interface Host {
  host: string;
  ports: number[];
}

/** Reads `host`, `*.host` and `host:port`; without a port 80 and 443 are meant, as the agent's own proxy means it. */
export function parseHost(entry: string): Host {
  const [host = '', port] = entry.split(':');
  return { host, ports: port === undefined ? [80, 443] : [Number(port)] };
}

/**
 * FQDNNetworkPolicy of GKE's Dataplane V2: these hosts, by the addresses that the cluster's name server gave for them.
 * `*.host` is one level below host there. Hosts with the same ports share a rule.
 */
export function hostPolicy(options: {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  selector: MatchLabels;
  hosts: readonly Host[];
}) {
  const byPorts = new Map<string, Host[]>();
  for (const host of options.hosts) {
    const key = host.ports.join();
    byPorts.set(key, [...(byPorts.get(key) ?? []), host]);
  }
  return {
    apiVersion: 'networking.gke.io/v1alpha1' as const,
    kind: 'FQDNNetworkPolicy' as const,
    metadata: { name: options.name, namespace: options.namespace, labels: options.labels },
    spec: {
      podSelector: { matchLabels: { ...options.selector } },
      egress: [...byPorts.values()].map((hosts) => ({
        matches: hosts.map(({ host }) => (host.includes('*') ? { pattern: host } : { name: host })),
        ports: (hosts[0]?.ports ?? []).map((port) => ({ protocol: 'TCP', port })),
      })),
    },
  };
}
