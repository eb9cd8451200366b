import type { ModelsConfig, ProviderConfig } from '@agent-factory/contract';
import type { Platform } from '../platform';
import type { Host } from './hosts';
import { internet, namespace, tcp, type EgressRule } from './rules';

/** Hosts that an identity of Google Cloud needs to become a token for Vertex. */
const identityHosts = ['oauth2.googleapis.com', 'sts.googleapis.com', 'iamcredentials.googleapis.com'];

/** Where a provider is reached. */
export function providerHosts(provider: ProviderConfig): Host[] {
  const https = (host: string): Host => ({ host, ports: [443] });
  if (provider.base_url !== undefined) return [hostOf(provider.base_url)];
  if (provider.kind !== 'google-vertex') return [];
  const { location } = provider;
  const vertex = location === undefined || location === 'global' ? '' : `${location}-`;
  return [https(`${vertex}aiplatform.googleapis.com`), ...identityHosts.map(https)];
}

/** Whether a provider is reached with the pod's own identity of Google Cloud. */
export function usesWorkloadIdentity(provider: ProviderConfig): boolean {
  return (
    provider.kind === 'google-vertex' &&
    provider.credentials_file === undefined &&
    provider.api_key_file === undefined &&
    provider.api_key_env === undefined
  );
}

function hostOf(url: string): Host {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, ports: [port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port)] };
}

/** A host of the cluster itself: `service.namespace`, `service.namespace.svc` or with the cluster's domain. */
function namespaceOf(host: string): string | undefined {
  return /^[a-z0-9-]+\.([a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)$/.exec(host)?.[1];
}

const isAddress = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host);

/**
 * Egress of the model gateway to its providers: a Service by its namespace, an address by itself, a name by
 * a policy of names where the cluster has one, and otherwise the public internet on the providers' ports.
 */
export function providerEgress(
  { providers }: ModelsConfig,
  platform: Platform,
): { rules: EgressRule[]; hosts: Host[] } {
  const all = Object.values(providers).flatMap(providerHosts);
  const inCluster = all.filter(({ host }) => namespaceOf(host) !== undefined);
  const addresses = all.filter(({ host }) => isAddress(host));
  const named = all.filter((host) => !inCluster.includes(host) && !addresses.includes(host));
  const rules: EgressRule[] = [
    ...inCluster.map(({ host, ports }) => ({ to: [namespace(namespaceOf(host) ?? '')], ports: tcp(...ports) })),
    ...addresses.map(({ host, ports }) => ({ to: [{ ipBlock: { cidr: `${host}/32` } }], ports: tcp(...ports) })),
  ];
  if (named.length === 0 || platform.can.hostPolicies) return { rules, hosts: unique(named) };
  const ports = [...new Set(named.flatMap(({ ports }) => ports))].sort((a, b) => a - b);
  return { rules: [...rules, internet(...ports)], hosts: [] };
}

function unique(hosts: readonly Host[]): Host[] {
  return [...new Map(hosts.map((host) => [`${host.host}:${host.ports.join()}`, host])).values()];
}
