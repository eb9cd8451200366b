import { join } from 'node:path';
import { schemaDirectory } from '../../../engines/schemas/directory';
import { serve } from '../shared/server';
import type { BackendChoice } from './connection';
import type { ActiveCluster } from './config/kubeconfig';
import type { Settings } from './config/settings';
import { FileBackend } from './file/backend';
import { FileCluster, readClusterFile } from './file/cluster';
import { KubernetesProvider } from './provider';
import { Catalog } from './schema/catalog';
import { ServerBackend } from './server/backend';
import { ApiClient } from './server/client';

const version = '4.34.2';
const defaults = { minor: 34, patienceMs: 20_000 };
const { env } = process;

// The launcher names the checkout: this file runs bundled, from a cache.
const root = env['STAND_IN_ROOT'] ?? join(__dirname, '../../../..');
const catalog = new Catalog(env['KUBERNETES_STAND_IN_SCHEMAS'] ?? schemaDirectory(join(root, 'test/engines/schemas')));
const directory = env['KUBERNETES_STAND_IN_STATE'];

function fileBackend(active: ActiveCluster): BackendChoice {
  if (directory === undefined) throw new Error('KUBERNETES_STAND_IN_STATE must name a directory');
  const file = readClusterFile(directory);
  const preset = active.user.exec?.command.endsWith('gke-gcloud-auth-plugin') === true ? 'gke' : 'plain';
  const cluster = new FileCluster(directory, file, preset, (kind) => catalog.versionsOf(kind));
  const minor = file.minor ?? defaults.minor;
  const patienceMs = Number(env['KUBERNETES_STAND_IN_PATIENCE_MS'] ?? defaults.patienceMs);
  const unreachable = file.unreachable === true;
  const backend = new FileBackend({ catalog, minor, directory, cluster, unreachable, patienceMs });
  return { backend, minor, knowsAllKinds: true };
}

function serverBackend(settings: Settings, active: ActiveCluster): BackendChoice {
  if (!settings.serverSideApply)
    throw new Error('this stand-in applies server-side only: leave enableServerSideApply on');
  const backend = new ServerBackend(new ApiClient(active), settings.patchForce);
  return { backend, minor: defaults.minor, knowsAllKinds: false };
}

function choose(settings: Settings, active: ActiveCluster): BackendChoice {
  switch (env['KUBERNETES_STAND_IN_BACKEND'] ?? 'file') {
    case 'file':
      return fileBackend(active);
    case 'server':
      return serverBackend(settings, active);
    default:
      throw new Error('KUBERNETES_STAND_IN_BACKEND must be file or server');
  }
}

void serve(new KubernetesProvider({ version, catalog, environment: env, directory, choose }));
