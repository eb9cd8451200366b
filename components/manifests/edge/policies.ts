import type { Names } from '../../names';
import { namespaces } from '../../types';
import { leavingSeconds } from '../dispatcher/roles';
import { ports, serviceNames } from '../endpoints';
import { labels } from '../labels';
import type { Peer } from '../network/rules';
import type { Platform } from '../platform';

const metadata = (names: Names) => ({
  name: names('k8s.object', 'factory', 'edge'),
  namespace: namespaces.system,
  labels: labels('edge'),
});

const target = { group: '', kind: 'Service', name: serviceNames.dispatcher };

/** Addresses that Google's load balancers and their health checks come from (cloud.google.com/load-balancing/docs/health-check-concepts). */
const loadBalancerRanges: readonly string[] = ['35.191.0.0/16', '130.211.0.0/22'];

/** What the load balancer of GKE asks to know that a replica can serve: readiness, on the HTTP port for both of its services. */
export function healthCheckPolicy(names: Names) {
  return {
    apiVersion: 'networking.gke.io/v1' as const,
    kind: 'HealthCheckPolicy' as const,
    metadata: metadata(names),
    spec: {
      default: {
        checkIntervalSec: 5,
        timeoutSec: 5,
        healthyThreshold: 1,
        unhealthyThreshold: 2,
        config: {
          type: 'HTTP',
          httpHealthCheck: { portSpecification: 'USE_FIXED_PORT', port: ports.http, requestPath: '/readyz' },
        },
      },
      targetRef: target,
    },
  };
}

/** Time limits of GKE's load balancer: its 30 s would cut event streams. A replica that leaves keeps its connections meanwhile. */
export function backendPolicy(names: Names, streamTimeoutSeconds: number) {
  return {
    apiVersion: 'networking.gke.io/v1' as const,
    kind: 'GCPBackendPolicy' as const,
    metadata: metadata(names),
    spec: {
      default: {
        timeoutSec: streamTimeoutSeconds,
        connectionDraining: { drainingTimeoutSec: leavingSeconds },
        logging: { enabled: true, sampleRate: 1_000_000 },
      },
      targetRef: target,
    },
  };
}

/**
 * Who comes through the Gateway, as network policies see them. On GKE an internal load balancer's proxies have a subnet of their own; elsewhere the
 * Gateway is pods of some namespace.
 */
export function edgePeers<Text>(platform: Platform, proxySubnet: Text | undefined): Peer<Text | string>[] {
  if (platform.kind === 'existing') return [{ namespaceSelector: { matchLabels: {} } }];
  const ranges = [...loadBalancerRanges, ...(proxySubnet === undefined ? [] : [proxySubnet])];
  return ranges.map((cidr) => ({ ipBlock: { cidr } }));
}
