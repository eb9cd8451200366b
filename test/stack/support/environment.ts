import path from 'node:path';
import { agentTypes } from '@agent-factory/contract';
import { ensureSchemas } from '../../engines/schemas';
import { standIn } from '../providers/shared/cloud';
import { root } from './engines';
import { policyPack } from './policyPack';
import { ProjectFolder } from './project';
import { Pulumi } from './pulumi';

/** What CI would have written: a digest for every image. */
export const digests = {
  source: 'digest',
  dispatcher: `sha256:${'d'.repeat(64)}`,
  agents: Object.fromEntries(agentTypes.map(({ name }, index) => [name, `sha256:${index.toString(16).repeat(64)}`])),
};

/** A project folder, the real engine over it, and stand-ins of the three clouds with nothing in them. */
export async function createEnvironment() {
  const schemas = await ensureSchemas();
  const project = new ProjectFolder();
  const gcp = standIn('gcp', project.folder('gcp'));
  const docker = standIn('docker', project.folder('docker'));
  const cluster = standIn('kubernetes', project.folder('cluster'));
  const pack = policyPack();
  const options = {
    plugins: [
      ...pack.plugins,
      ...['gcp', 'docker', 'kubernetes', 'tls', 'random'].map((name) =>
        path.join(root, `test/stack/providers/${name}/bin`),
      ),
    ],
    env: {
      ...gcp.env,
      ...docker.env,
      ...cluster.env,
      KUBERNETES_STAND_IN_SCHEMAS: schemas,
    },
  };
  const pulumi = new Pulumi(project, options);
  return { project, pulumi, options, policies: pack.path, gcp, docker, cluster, remove: () => project.remove() };
}
export type StackTest = Awaited<ReturnType<typeof createEnvironment>>;

/** The configuration of the three environments with the digests that staging and prod ask for. */
export function withDigests({ project }: StackTest): void {
  for (const stack of ['staging', 'prod'])
    project.configure(stack, { images: { ...(project.configured(stack, 'images') as object), ...digests } }); // a map in our files
}
