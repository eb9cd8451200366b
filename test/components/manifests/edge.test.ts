import { edgeFaults, gateway, route, type EdgeOptions } from '../../../components/manifests/edge/gateway';
import { backendPolicy, healthCheckPolicy } from '../../../components/manifests/edge/policies';
import { parseRequestHeader } from '../../../components/manifests/queueMetric/requestHeader';
import {
  externalMetricsReaderBinding,
  externalMetricsService,
} from '../../../components/manifests/queueMetric/apiService';
import { existing, gke, names } from '../cluster/fixtures';

const host = 'factory.example.com';
const internal: EdgeOptions = { names, platform: gke, exposure: 'internal', host, certificates: ['one', 'two'] };
const external: EdgeOptions = { names, platform: gke, exposure: 'external', host, certificateMap: 'factory-map' };
const elsewhere: EdgeOptions = {
  names,
  platform: existing,
  exposure: 'internal',
  host,
  gatewayClass: 'nginx',
  certificates: ['tls'],
};

describe('the Gateway', () => {
  it('is for HTTPS alone, in the VPC with its certificates', () => {
    const { spec } = gateway(internal);
    expect(spec.gatewayClassName).toBe('gke-l7-rilb');
    expect(spec.listeners).toEqual([
      {
        name: 'https',
        protocol: 'HTTPS',
        port: 443,
        hostname: host,
        tls: { mode: 'Terminate', options: { 'networking.gke.io/pre-shared-certs': 'one,two' } },
        allowedRoutes: { namespaces: { from: 'Same' } },
      },
    ]);
  });

  it('takes its certificate for the internet from a map', () => {
    const { metadata, spec } = gateway({ ...external, address: 'factory-address' });
    expect(metadata).toMatchObject({ annotations: { 'networking.gke.io/certmap': 'factory-map' } });
    expect(spec).toMatchObject({
      gatewayClassName: 'gke-l7-global-external-managed',
      addresses: [{ type: 'NamedAddress', value: 'factory-address' }],
    });
    expect(spec.listeners[0]).not.toHaveProperty('tls');
  });

  it('takes Secrets in a cluster that is there', () => {
    const { spec } = gateway(elsewhere);
    expect(spec.gatewayClassName).toBe('nginx');
    expect(spec.listeners[0]).toMatchObject({ tls: { certificateRefs: [{ kind: 'Secret', name: 'tls' }] } });
  });

  it.each([
    [{ ...internal, certificates: [] }, ['certificates']],
    [{ names, platform: gke, exposure: 'external' as const, host }, ['certificateMap']],
    [{ names, platform: existing, exposure: 'internal' as const, host }, ['gatewayClass', 'certificates']],
    [{ ...elsewhere, certificateMap: 'a' }, ['certificateMap']],
    [internal, []],
    [external, []],
    [elsewhere, []],
  ])('says what it lacks: %#', (options, paths) => {
    expect(edgeFaults(options).map(({ path }) => path)).toEqual(paths);
  });
});

describe('the route', () => {
  it('leads people’s gRPC and HTTP to the dispatcher, and nobody to the agents’ own service or the model gateway', () => {
    const { rules } = route({ ...internal, streamTimeoutSeconds: 3_600 }).spec;
    const paths = rules[0]?.matches.map(({ path }) => path.value) ?? [];
    expect(paths).toContain('/agentfactory.v1.TaskService/');
    expect(paths.some((path) => path.includes('WorkerService'))).toBe(false);
    expect(rules.map(({ backendRefs }) => backendRefs.map(({ name, port }) => `${name}:${port}`))).toEqual([
      ['dispatcher:7071'],
      ['dispatcher:7070'],
    ]);
  });

  it('leaves streams their time: by a policy on GKE, by itself elsewhere', () => {
    expect(route({ ...internal, streamTimeoutSeconds: 7_200 }).spec.rules[0]).not.toHaveProperty('timeouts');
    expect(backendPolicy(names, 7_200).spec.default.timeoutSec).toBe(7_200);
    expect(route({ ...elsewhere, streamTimeoutSeconds: 7_200 }).spec.rules[1]).toMatchObject({
      timeouts: { request: '7200s' },
    });
  });

  it('asks the readiness of a replica, on its HTTP port for both of its services', () => {
    expect(healthCheckPolicy(names).spec.default.config).toEqual({
      type: 'HTTP',
      httpHealthCheck: { portSpecification: 'USE_FIXED_PORT', port: 7070, requestPath: '/readyz' },
    });
  });
});

describe('the external metrics API', () => {
  it('is handed to the metrics adapter, whose certificate is checked', () => {
    expect(externalMetricsService('Q0E=')).toMatchObject({
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: {
        insecureSkipTLSVerify: false,
        caBundle: 'Q0E=',
        service: { name: 'metrics-adapter', namespace: 'factory-system', port: 443 },
      },
    });
    expect(externalMetricsReaderBinding().subjects[0]).toMatchObject({
      name: 'horizontal-pod-autoscaler',
      namespace: 'kube-system',
    });
  });

  it('knows the aggregator by what the cluster says of it', () => {
    const data = { 'requestheader-client-ca-file': 'PEM', 'requestheader-allowed-names': '["front-proxy-client"]' };
    expect(parseRequestHeader(data)).toEqual({ clientCa: 'PEM', allowedNames: ['front-proxy-client'] });
    expect(parseRequestHeader({ 'requestheader-client-ca-file': 'PEM' })).toEqual({
      clientCa: 'PEM',
      allowedNames: [],
    });
    expect(parseRequestHeader({})).toBeUndefined();
    expect(parseRequestHeader(undefined)).toBeUndefined();
    expect(() => parseRequestHeader({ ...data, 'requestheader-allowed-names': '{}' })).toThrow(
      '[requestheader-allowed-names]',
    );
  });
});
