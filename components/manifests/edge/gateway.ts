import type { Names } from '../../names';
import { namespaces } from '../../types';
import { ports, serviceNames } from '../endpoints';
import { labels } from '../labels';
import type { Platform } from '../platform';

/** How the API is reached from outside the cluster. */
export interface EdgeOptions {
  names: Names;
  platform: Platform;
  /** internal: from the VPC; external: from the internet. */
  exposure: 'internal' | 'external';
  host: string;
  /** GatewayClass. Defaults to GKE's for the exposure. */
  gatewayClass?: string | undefined;
  /** Of Certificate Manager, for an external Gateway of GKE. */
  certificateMap?: string | undefined;
  /** Names of SSL certificates of Compute Engine, for an internal Gateway of GKE; of TLS Secrets elsewhere. */
  certificates?: readonly string[] | undefined;
  /** Name of a reserved address. */
  address?: string | undefined;
}

const gkeClasses = { internal: 'gke-l7-rilb', external: 'gke-l7-global-external-managed' } as const;

const metadata = (names: Names) => ({
  name: names('k8s.object', 'factory', 'edge'),
  namespace: namespaces.system,
  labels: labels('edge'),
});

/** Faults of the options, each with the path of what is missing. A Gateway without a certificate would never come up. */
export function edgeFaults(options: EdgeOptions): { path: string; message: string }[] {
  const { platform, exposure, certificateMap, certificates = [], gatewayClass } = options;
  const fault = (path: string, message: string) => [{ path, message }];
  if (platform.kind === 'existing') {
    return [
      ...(gatewayClass === undefined ? fault('gatewayClass', 'is needed for a cluster that is there') : []),
      ...(certificates.length === 0 ? fault('certificates', 'names no TLS Secret') : []),
      ...(certificateMap === undefined
        ? []
        : fault('certificateMap', 'is only for GKE: name TLS Secrets in certificates')),
    ];
  }
  if (exposure === 'external')
    return certificateMap === undefined && certificates.length === 0
      ? fault('certificateMap', 'is needed to be reached from the internet')
      : [];
  return certificates.length === 0 ? fault('certificates', 'names no certificate for the internal Gateway') : [];
}

/** Gateway: HTTPS only, for one host. */
export function gateway(options: EdgeOptions) {
  const { names, platform, exposure, host, gatewayClass, certificateMap, certificates = [], address } = options;
  const gke = platform.kind === 'gke';
  const byMap = gke && certificateMap !== undefined;
  const tls = gke
    ? { mode: 'Terminate', options: { 'networking.gke.io/pre-shared-certs': certificates.join(',') } }
    : { mode: 'Terminate', certificateRefs: certificates.map((name) => ({ group: '', kind: 'Secret', name })) };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1' as const,
    kind: 'Gateway' as const,
    metadata: {
      ...metadata(names),
      ...(byMap ? { annotations: { 'networking.gke.io/certmap': certificateMap } } : {}),
    },
    spec: {
      gatewayClassName: gatewayClass ?? gkeClasses[exposure],
      ...(address === undefined ? {} : { addresses: [{ type: 'NamedAddress', value: address }] }),
      listeners: [
        {
          name: 'https',
          protocol: 'HTTPS',
          port: 443,
          hostname: host,
          // A map of Certificate Manager stands in for the listener's own certificate.
          ...(byMap ? {} : { tls }),
          allowedRoutes: { namespaces: { from: 'Same' } },
        },
      ],
    },
  };
}

/** gRPC methods that people and programs outside may call. Agents' own are for the cluster. */
const publicGrpc = [
  '/agentfactory.v1.TaskService/',
  '/grpc.health.v1.Health/',
  '/grpc.reflection.v1.ServerReflection/',
];

/**
 * HTTPRoute: the API by HTTP, and its gRPC services by their paths. GKE sets time limits by a policy; elsewhere the route does. The model
 * gateway and the agents' own service have no route.
 */
export function route(options: EdgeOptions & { streamTimeoutSeconds: number }) {
  const { names, platform, host, streamTimeoutSeconds } = options;
  const backend = (port: number) => [{ group: '', kind: 'Service', name: serviceNames.dispatcher, port, weight: 1 }];
  const timeouts = platform.kind === 'gke' ? {} : { timeouts: { request: `${streamTimeoutSeconds}s` } };
  const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } });
  return {
    apiVersion: 'gateway.networking.k8s.io/v1' as const,
    kind: 'HTTPRoute' as const,
    metadata: metadata(names),
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: metadata(names).name }],
      hostnames: [host],
      rules: [
        { matches: publicGrpc.map(prefix), backendRefs: backend(ports.grpc), ...timeouts },
        { matches: [prefix('/')], backendRefs: backend(ports.http), ...timeouts },
      ],
    },
  };
}
