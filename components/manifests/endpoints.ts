import { namespaces, type Endpoint } from '../types';

/** Ports of the dispatcher's pods. The metrics adapter's is `externalMetricsApi.port` of the contract. */
export const ports = { http: 7070, grpc: 7071 } as const;

/** Names of the Services of `factory-system`. */
export const serviceNames = {
  dispatcher: 'dispatcher',
  grpc: 'dispatcher-grpc',
  models: 'model-gateway',
  metrics: 'metrics-adapter',
  redis: 'redis',
} as const;

const inSystem = (service: string, port: number): Endpoint => ({ host: `${service}.${namespaces.system}`, port });

/** Where agents find the factory. gRPC is headless: each agent connects to a replica of its own, not to one for all. */
export const endpoints = {
  http: inSystem(serviceNames.dispatcher, ports.http),
  grpc: inSystem(serviceNames.grpc, ports.grpc),
  models: inSystem(serviceNames.models, ports.http),
} as const satisfies Record<string, Endpoint>;
