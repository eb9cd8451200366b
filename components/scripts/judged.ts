import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentTypes } from '@agent-factory/contract';
import { ruleFile } from '../settings/observability/rules';
import { toCloudBuild, type Build } from '../settings/pipeline/build';
import { deployBuild, previewBuild } from '../settings/pipeline/deploy';
import { releaseBuild } from '../settings/pipeline/release';
import { defaultTools as tools } from '../settings/pipeline/tools';
import { argument } from './inputs';

/**
 * Writes into a folder what others than us can judge: the builds of Cloud Build (cloudbuild-*.yaml, one *.sh a step) and every PromQL
 * expression as Prometheus rules (rules-*.yaml). All of it is JSON, which is YAML.
 */
const folder = argument('folder');
mkdirSync(folder, { recursive: true });
const write = (name: string, content: string) => writeFileSync(path.join(folder, name), content);

const stack = { tools, stack: 'prod', backend: 'gs://state', bucket: 'releases' };
const release = {
  tools,
  registry: 'europe-west1-docker.pkg.dev/project/factory',
  baseImage: 'docker.io/library/node:24-bookworm-slim',
  platforms: ['linux/amd64', 'linux/arm64'],
  blockedSeverities: ['CRITICAL'],
  bucket: 'releases',
  topic: 'releases',
  signing: { attestor: 'projects/project/attestors/factory', keyVersion: 'cryptoKeyVersions/1' },
};
const workerPool = 'projects/project/locations/europe-west1/workerPools/private';
const builds: Record<string, Build> = {
  release: releaseBuild(release),
  'release-private': releaseBuild({ ...release, workerPool }),
  deploy: deployBuild(stack),
  preview: previewBuild(stack),
};
for (const [name, build] of Object.entries(builds)) {
  write(`cloudbuild-${name}.yaml`, JSON.stringify(toCloudBuild(build), undefined, 2));
  for (const { id, script } of build.steps) write(`${name}-${id}.sh`, `${script}\n`);
}

const scope = {
  project: 'project',
  cluster: 'factory-prod',
  types: agentTypes.map(({ name }) => name),
  database: 'factory',
};
for (const kind of ['redis', 'valkey'] as const)
  write(
    `rules-${kind}.yaml`,
    JSON.stringify(ruleFile({ ...scope, queue: { kind, instance: 'factory' } }), undefined, 2),
  );
