import type { AgentType } from '@agent-factory/contract';
import { z } from 'zod';
import { agentsSchema } from './agents';
import { clusterSchema } from './cluster';
import { labels } from './fields';
import { modelsSchema } from './models';
import { networkSchema } from './network';
import { poolsSchema } from './pools';
import { queueSchema } from './queue';
import {
  accessSchema,
  budgetSchema,
  databaseSchema,
  dispatcherSchema,
  edgeSchema,
  encryptionSchema,
  imagesSchema,
  maintenanceSchema,
  modelStoreSchema,
  observabilitySchema,
  pipelineSchema,
  queueMetricSchema,
} from './services';

/** All of a stack's configuration but the namespaces of providers. One key of Pulumi.<stack>.yaml a field. */
export function configSchema(catalogue: readonly AgentType[]) {
  return z.strictObject({
    environment: z.enum(['dev', 'staging', 'prod']).describe('What the stack is'),
    inherits: z.string().optional().describe('Name of the stack whose configuration this one starts from'),
    protect: z.boolean().describe('Nothing that keeps state can be deleted: neither by Pulumi nor in the cloud'),
    labels: labels.default({}).describe('Labels of every resource'),
    cluster: clusterSchema.prefault({}).describe('The cluster: kind gke makes one, kind existing uses one'),
    network: networkSchema.prefault({}).describe('Ranges of the VPC'),
    pools: poolsSchema.prefault({}).describe('Node pools by tier'),
    queue: queueSchema.prefault({}).describe('Redis: Memorystore, in the cluster, or one that is there'),
    maintenance: maintenanceSchema.prefault({}).describe('When Google may upgrade and restart what it manages'),
    encryption: encryptionSchema.prefault({}).describe('Keys of your own for what is kept'),
    database: databaseSchema.prefault({}).describe('PostgreSQL on Cloud SQL'),
    images: imagesSchema.prefault({}).describe('Where images come from'),
    agents: agentsSchema(catalogue).describe('Overrides of the catalogue by agent type'),
    dispatcher: dispatcherSchema.prefault({}).describe('Replicas and sizes of the dispatcher by role'),
    edge: edgeSchema.prefault({}).describe('How the API is reached from outside the cluster'),
    queueMetric: queueMetricSchema
      .prefault({})
      .describe('What serves task_queue_depth to the autoscalers: one back end'),
    models: modelsSchema.describe('Model providers and models, as the dispatcher takes them, without keys'),
    modelKeys: z
      .record(z.string(), z.string().min(1))
      .default({})
      .describe('Keys by provider; set them with --secret, or add them to the secret in the cloud'),
    modelStore: modelStoreSchema.prefault({}).describe('One shared read-only volume of models'),
    access: accessSchema.prefault({}).describe('Groups by what they may do in the factory’s namespaces'),
    namespaceLabels: z.record(z.string(), z.string()).default({}).describe('Further labels of the agents’ namespace'),
    pipeline: pipelineSchema.optional().describe('Cloud Build triggers of this environment'),
    observability: observabilitySchema.prefault({}).describe('Alerts and dashboards'),
    budget: budgetSchema.optional().describe('Budget alert'),
    prices: z
      .record(z.string(), z.number().min(0))
      .default({})
      .describe('Prices that replace those of the price file, by its keys'),
  });
}

export type StackConfig = z.output<ReturnType<typeof configSchema>>;
