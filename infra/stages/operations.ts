import { BudgetAlert } from '../../components/budgetAlert';
import type { Names } from '../../components/names';
import { Observability } from '../../components/observability';
import { Pipeline } from '../../components/pipeline';
import type { Configuration } from '../config/parse';
import type { Cloud } from './cloud';
import type { ImageStage } from './images';

/** What people on call and the pipeline need: alerts and dashboards, the budget, Cloud Build. */
export function createOperations(
  config: Configuration,
  cloud: Cloud,
  images: ImageStage,
  names: Names,
  stack: string,
): void {
  const { project, projectNumber, labels, opts } = cloud;
  const queue = config.queue.kind;
  if (config.observability.enabled)
    new Observability(
      'observability',
      {
        names,
        project,
        environment: config.environment,
        types: config.plans.map(({ name }) => name),
        emails: config.observability.emails,
        ...((queue === 'redis' || queue === 'valkey') && { queue }),
        database: config.database.enabled,
        labels,
      },
      opts,
    );
  if (config.budget !== undefined)
    new BudgetAlert('budget', { names, project, projectNumber, ...config.budget, labels }, opts);
  if (config.pipeline !== undefined) createPipeline(config, config.pipeline, cloud, images, names, stack);
}

function createPipeline(
  config: Configuration,
  { connection, owner, repository, branch, approval, stateBucket, secretsKey }: NonNullable<Configuration['pipeline']>,
  { project, region, keys, opts }: Cloud,
  { registry, signing }: ImageStage,
  names: Names,
  stack: string,
): void {
  if (registry === undefined) return;
  new Pipeline(
    'pipeline',
    {
      names,
      project,
      region,
      stack,
      source: { connection, owner, repository, branch },
      registry: { url: registry.url, repository: registry.repository, location: region },
      baseImage: config.images.baseImage,
      ...(signing !== undefined && { signing }),
      approval,
      state: { bucket: stateBucket, secretsKey },
      ...(keys.storage !== undefined && { key: keys.storage }),
      protect: config.protect,
    },
    opts,
  );
}
