import { agentTypes } from '@agent-factory/contract';
import * as pulumi from '@pulumi/pulumi';
import { createNames } from '../components/names';
import { capacityReport, capacitySummary } from './capacity/report';
import { loadConfiguration } from './config/load';
import { projectName } from './config/projectFile';
import type { StackOutputs } from './outputs';
import { createCloud } from './stages/cloud';
import { createData } from './stages/data';
import { createFactory } from './stages/factory';
import { createGround } from './stages/ground';
import { createImages } from './stages/images';
import { createOperations } from './stages/operations';

const stack = pulumi.getStack();

// 1. What is wanted, and what it will cost: every fault at once, before any resource.
const config = loadConfiguration(projectName, agentTypes);
const capacity = capacityReport(config);
const names = createNames('factory', stack);
const { cluster } = config;

// 2. The cloud half, unless a cluster is there: project, network, keys, cluster, pools.
const cloud = cluster.kind === 'gke' && config.cloud ? createCloud(config, config.cloud, cluster, names) : undefined;

// 3. What keeps state: Redis, PostgreSQL, artifacts, keys of models.
const data = cloud && createData(config, cloud, names);

// 4. What runs: a registry, signatures, one image a service and a type.
const images = createImages(config, cloud, names);

// 5. The factory, on the ground that is now there: dispatcher, metric, agents, edge.
const ground = createGround(config, cloud, data, names);
const factory = images.images && createFactory(config, ground, images.images, names);

// 6. Who watches and who builds: alerts, dashboards, budget, pipeline.
if (cloud) createOperations(config, cloud, images, names, stack);

// 7. What other stacks may rely on.
const outputs: StackOutputs = {
  environment: config.environment,
  clusterName: ground.clusterName,
  kubeconfig: ground.kubeconfig,
  apiUrl: factory && pulumi.output(factory.apiUrl),
  grpcAddress: factory?.grpcAddress,
  tokens: factory?.tokens,
  namespaces: factory && { system: factory.namespaces.system, agents: factory.namespaces.agents },
  agentTypes: factory ? config.plans.map(({ name }) => name) : [],
  images: images.images && { dispatcher: images.images.dispatcher, agents: images.images.agents },
  registry: images.registry?.url,
  capacity: capacitySummary(capacity),
};
export = outputs;
