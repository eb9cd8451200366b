import type { Platform } from '../platform';

/** A selector of pods by labels. */
export type MatchLabels = Readonly<Record<string, string>>;

/** Whom a rule admits, or whom it may reach. */
export interface Peer<Text = string> {
  podSelector?: { matchLabels: MatchLabels };
  namespaceSelector?: { matchLabels: MatchLabels };
  ipBlock?: { cidr: Text; except?: string[] };
}

/** A port of a rule. */
export interface Port {
  protocol: 'TCP' | 'UDP';
  port: number;
}

export interface IngressRule<Text = string> {
  from?: Peer<Text>[];
  ports: Port[];
}

export interface EgressRule<Text = string> {
  to: Peer<Text>[];
  ports: Port[];
}

/** Ports of TCP. */
export function tcp(...numbers: number[]): Port[] {
  return numbers.map((port) => ({ protocol: 'TCP', port }));
}

/** Pods of a namespace. */
export function podsIn(namespace: string, matchLabels: MatchLabels): Peer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels },
  };
}

/** Every pod of a namespace. */
export function namespace(name: string): Peer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

/** Addresses that are not the public internet: private, shared, link-local (the metadata server among them), loopback, multicast. */
const notPublic: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
];

/** A range of addresses. The widest leaves out the link-local ones, where the metadata server is. */
export function range<Text>(cidr: Text): Peer<Text> {
  return { ipBlock: { cidr, ...(cidr === '0.0.0.0/0' ? { except: ['169.254.0.0/16'] } : {}) } };
}

/** The public internet. */
export function internet(...numbers: number[]): EgressRule {
  return { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: [...notPublic] } }], ports: tcp(...numbers) };
}

/**
 * The cluster's name server. On GKE a cache on the node (by its pods or its link-local address), or Cloud DNS at the metadata
 * server's address, may answer in its place; port 53 of that address serves names only.
 */
export function dns({ kind }: Platform): EgressRule {
  const cached: Peer[] = [
    podsIn('kube-system', { 'k8s-app': 'node-local-dns' }),
    { ipBlock: { cidr: '169.254.20.10/32' } },
    { ipBlock: { cidr: '169.254.169.254/32' } },
  ];
  return {
    to: [podsIn('kube-system', { 'k8s-app': 'kube-dns' }), ...(kind === 'gke' ? cached : [])],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
}

/**
 * The metadata server, for pods that have an identity of Google Cloud. Which address and port the packet has when it is judged
 * depends on the data plane (cloud.google.com/kubernetes-engine/docs/how-to/network-policy), so both pairs are there.
 */
export function metadataServer(): EgressRule[] {
  return [
    { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: tcp(80, 988) },
    { to: [{ ipBlock: { cidr: '169.254.169.252/32' } }], ports: tcp(988) },
  ];
}
