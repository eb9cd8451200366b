import { namespaces } from '../../types';
import { ports, serviceNames } from '../endpoints';
import { labels, selector } from '../labels';
import type { Role } from './roles';

const http = { name: 'http', port: ports.http, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' };
// What stands in front must speak HTTP/2 without TLS.
const grpc = {
  name: 'grpc',
  port: ports.grpc,
  targetPort: 'grpc',
  protocol: 'TCP',
  appProtocol: 'kubernetes.io/h2c',
};

function service(role: Role, name: string, spec: Readonly<Record<string, unknown>>) {
  return {
    apiVersion: 'v1' as const,
    kind: 'Service' as const,
    metadata: { name, namespace: namespaces.system, labels: labels('dispatcher', role) },
    spec: { type: 'ClusterIP', selector: selector('dispatcher', role), ...spec },
  };
}

/** The API: HTTP and gRPC, balanced by connection. */
export function dispatcherService() {
  return service('serve', serviceNames.dispatcher, { ports: [http, grpc] });
}

/** gRPC without an address of its own: names answer with every replica, and each agent's long stream picks one. */
export function grpcService() {
  return service('serve', serviceNames.grpc, { clusterIP: 'None', ports: [grpc] });
}

/** The model gateway. */
export function modelsService() {
  return service('model-gateway', serviceNames.models, { ports: [http] });
}

/** The external metrics API, for the aggregator. */
export function metricsService() {
  const https = { name: 'https', port: 443, targetPort: 'https', protocol: 'TCP', appProtocol: 'https' };
  return service('metrics-adapter', serviceNames.metrics, { ports: [https] });
}
