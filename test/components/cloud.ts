import { agentTypes } from '@agent-factory/contract';
import * as pulumi from '@pulumi/pulumi';
import { ArtifactStore } from '../../components/artifactStore';
import { AuditLogs } from '../../components/auditLogs';
import { BudgetAlert } from '../../components/budgetAlert';
import { Database } from '../../components/database';
import { Encryption } from '../../components/encryption';
import { GkeCluster } from '../../components/gkeCluster';
import { Identity } from '../../components/identity';
import { ImageRegistry } from '../../components/imageRegistry';
import { Images } from '../../components/images';
import { ModelStore } from '../../components/modelStore';
import { createNames } from '../../components/names';
import { Network } from '../../components/network';
import { NodePools } from '../../components/nodePools';
import { Observability } from '../../components/observability';
import { Pipeline } from '../../components/pipeline';
import { ProjectServices } from '../../components/projectServices';
import { Queue } from '../../components/queue';
import { Secrets } from '../../components/secrets';
import { serviceAgents, type KeyUse } from '../../components/settings/keys';
import { SignedImages } from '../../components/signedImages';
import type { PoolPlan } from '../../components/types';
import { WorkloadIdentity } from '../../components/workloadIdentity';
import { project } from './recordCloud';

const region = 'europe-west1';
const cidrs = { nodes: '10.10.0.0/20', pods: '10.20.0.0/14', services: '10.30.0.0/20', psc: '10.41.0.0/24' };
const privateServices = '10.40.0.0/20';
const maintenance = {
  start: '2026-01-03T02:00:00Z',
  end: '2026-01-03T08:00:00Z',
  recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
};
const labels = { team: 'agents' };
const baseImage = 'docker.io/library/node:24-bookworm-slim';

/** The whole cloud half of an environment, wired as a program would wire it, every option on in prod. */
export function buildCloud(environment: 'dev' | 'prod', stack: string = environment): void {
  const prod = environment === 'prod';
  const names = createNames('factory', stack);
  const common = { names, project };
  const zones = prod ? ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'] : ['europe-west1-b'];

  const services = new ProjectServices('services', { project });
  const made = { dependsOn: [services] };
  new AuditLogs('audit', { project }, made);
  const { keys } = new Encryption(
    'encryption',
    {
      ...common,
      projectNumber: services.projectNumber,
      location: region,
      protect: prod,
      uses: prod ? (Object.keys(serviceAgents) as KeyUse[]) : [], // keys of a literal
    },
    made,
  );
  const key = <K extends string>(name: K, value: pulumi.Output<string> | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { [k in K]?: pulumi.Output<string> }; // the one key named
  const network = new Network('network', { names, region, cidrs, natAddresses: prod ? 2 : 0 }, made);
  const identity = new Identity('identity', common, made);
  const cluster = new GkeCluster(
    'cluster',
    {
      ...common,
      region,
      zones,
      network,
      nodeServiceAccount: identity.nodeServiceAccount,
      channel: prod ? 'STABLE' : 'REGULAR',
      controlPlane: prod ? { endpoint: 'private', cidr: '172.16.0.0/28' } : { endpoint: 'dns' },
      binaryAuthorization: prod,
      interNodeEncryption: prod,
      maintenance,
      keys: {
        ...key('cluster', keys.cluster),
        ...key('disks', keys.disks),
        ...key('topics', keys.topics),
        ...key('backups', keys.backups),
      },
      volumeDrivers: ['gcsfuse'],
      ...(prod && {
        securityGroup: 'gke-security-groups@example.com',
        backup: { schedule: '0 3 * * *', retainDays: 30, namespaces: ['factory-system', 'factory-agents'] },
      }),
      protect: prod,
    },
    made,
  );
  new NodePools('pools', {
    ...common,
    cluster: cluster.id,
    location: cluster.location,
    zones,
    pools: pools(prod),
    nodeServiceAccount: identity.nodeServiceAccount,
    ...key('diskKey', keys.disks),
    labels,
  });
  const workloads = new WorkloadIdentity('workloads', {
    project,
    projectNumber: services.projectNumber,
    workloadPool: cluster.workloadPool,
    grants: [{ namespace: 'factory-system', serviceAccount: 'model-gateway', roles: ['roles/aiplatform.user'] }],
  });
  const serve = workloads.principal('factory-system', 'serve');
  new Queue(
    'queue',
    {
      ...common,
      region,
      zones,
      engine: { kind: 'redis', memoryGb: 1, highAvailability: prod, version: 'REDIS_7_2', auth: true, tls: true },
      network: { networkId: network.networkId, pscSubnetId: network.pscSubnetId, privateServices },
      ...key('key', keys.queue),
      maintenance,
      protect: prod,
    },
    made,
  );
  new Database('database', {
    ...common,
    region,
    size: {
      tier: 'db-custom-1-3840',
      version: 'POSTGRES_17',
      highAvailability: prod,
      pointInTimeRecovery: prod,
      diskGb: 20,
    },
    network,
    clients: [serve],
    ...key('key', keys.database),
    maintenance,
    protect: prod,
    labels,
  });
  new ArtifactStore('artifacts', {
    ...common,
    location: region,
    ageDays: 30,
    writers: [serve],
    ...key('key', keys.storage),
    protect: prod,
  });
  const registry = new ImageRegistry(
    'registry',
    {
      ...common,
      location: region,
      immutableTags: prod,
      readers: [pulumi.interpolate`serviceAccount:${identity.nodeServiceAccount}`],
      ...key('key', keys.registry),
      protect: prod,
    },
    made,
  );
  const digest = `sha256:${'a'.repeat(64)}`;
  new Images('images', {
    source: prod ? 'digest' : 'build',
    registryUrl: registry.url,
    agents: agentTypes,
    digests: { dispatcher: digest, agents: Object.fromEntries(agentTypes.map(({ name }) => [name, digest])) },
    baseImage,
  });
  new Secrets('secrets', {
    ...common,
    secrets: { 'model-openai': { value: pulumi.secret('the-model-key'), accessors: [serve] } },
    ...(prod && { locations: [region], ...key('key', keys.secrets) }),
    protect: prod,
  });
  new ModelStore('models', {
    ...common,
    region,
    zones,
    backend: 'gcsfuse',
    sizeGb: 1024,
    namespace: 'factory-agents',
    ...key('key', keys.storage),
    protect: prod,
  });
  new Observability('observability', {
    ...common,
    environment,
    types: agentTypes.map(({ name }) => name),
    emails: ['on-call@example.com'],
    queue: 'redis',
    database: true,
    labels,
  });
  new BudgetAlert('budget', {
    ...common,
    projectNumber: services.projectNumber,
    billingAccount: '012345-6789AB-CDEF01',
    monthlyUsd: 2_500,
    emails: ['owner@example.com'],
    labels,
  });
  if (!prod) return;
  const signing = new SignedImages('signing', { ...common, location: region, protect: true }, made);
  new Pipeline('pipeline', {
    ...common,
    region,
    stack,
    source: { connection: 'github', owner: 'acme', repository: 'agent-factory', branch: 'main' },
    registry: { url: registry.url, repository: registry.repository, location: region },
    baseImage,
    signing,
    approval: true,
    state: { bucket: 'pulumi-state', secretsKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/pulumi' },
    ...key('key', keys.storage),
    protect: true,
  });
}

function pools(prod: boolean): PoolPlan[] {
  const pool = (tier: PoolPlan['tier'], min: number, max: number, rest: Partial<PoolPlan> = {}): PoolPlan => ({
    tier,
    machineType: 'n2d-standard-8',
    nodes: { min, max },
    disk: { type: 'pd-balanced', sizeGb: 100 },
    spot: false,
    maxPods: 64,
    ...rest,
  });
  return [
    pool('system', prod ? 3 : 1, 6),
    pool('small', 1, 9, { spot: !prod }),
    pool('large', 0, 9),
    ...(prod
      ? [pool('gpu', 0, 5, { machineType: 'g2-standard-16', accelerator: { type: 'nvidia-l4', count: 1 } })]
      : []),
  ];
}
