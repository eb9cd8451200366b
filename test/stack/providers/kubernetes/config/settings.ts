import { UNKNOWN, type Value, type ValueObject } from '../../shared/values';
import { suggestion } from '../schema/text';
import type { Failure } from '../../shared/provider';

/** The provider's configuration, read. Defaults are those of the real provider. */
export interface Settings {
  kubeconfig: string | undefined;
  context: string | undefined;
  cluster: string | undefined;
  /** For objects that name none; empty: the kubeconfig's, else `default`. */
  namespace: string;
  serverSideApply: boolean;
  /** Reads and deletes drop the objects of a cluster that does not answer. */
  deleteUnreachable: boolean;
  /** Reads and checks leave the objects of a cluster that does not answer as they are. */
  skipUpdateUnreachable: boolean;
  /** A create of what is there becomes an update. */
  upsertExistingObjects: boolean;
  /** Apply takes fields over that another manager owns. */
  patchForce: boolean;
  configMapMutable: boolean;
  secretMutable: boolean;
}

const strings = ['kubeconfig', 'context', 'cluster', 'namespace', 'clusterIdentifier'];
const flags = [
  'deleteUnreachable',
  'skipUpdateUnreachable',
  'enableServerSideApply',
  'enableConfigMapMutable',
  'enableSecretMutable',
  'enablePatchForce',
  'upsertExistingObjects',
];
// Without effect here: they tune logs, clients and Helm.
const without = [
  'suppressDeprecationWarnings',
  'suppressHelmHookWarnings',
  'kubeClientSettings',
  'helmReleaseSettings',
  'version',
  'pluginDownloadURL',
];

/** What is wrong with the provider's inputs: unknown names, flags that are neither true nor false. */
export function checkSettings(config: ValueObject): Failure[] {
  const known = [...strings, ...flags, ...without];
  return Object.entries(config).flatMap(([property, value]): Failure[] => {
    if (value === UNKNOWN || value === null) return [];
    if (property === 'renderYamlToDirectory' || property === 'alwaysRender') {
      return [{ property, reason: 'rendering YAML is not something that this stand-in does' }];
    }
    if (!known.includes(property))
      return [{ property, reason: `is not a setting of the kubernetes provider${suggestion(property, known)}` }];
    if (flags.includes(property) && flag(value) === undefined) return [{ property, reason: 'must be true or false' }];
    if (strings.includes(property) && typeof value !== 'string' && property !== 'kubeconfig')
      return [{ property, reason: 'must be a string' }];
    return [];
  });
}

/** SDKs send flags as JSON text. */
function flag(value: Value | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function string(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

/** Reads the configuration; environment variables of the real provider fill in what it leaves out. */
export function readSettings(config: ValueObject, environment: NodeJS.ProcessEnv): Settings {
  const one = (name: string, variable: string, preset = false): boolean =>
    flag(config[name]) ?? flag(environment[`PULUMI_K8S_${variable}`]) ?? preset;
  return {
    kubeconfig: string(config['kubeconfig']),
    context: string(config['context']),
    cluster: string(config['cluster']),
    namespace: string(config['namespace']) ?? '',
    serverSideApply: one('enableServerSideApply', 'ENABLE_SERVER_SIDE_APPLY', true),
    deleteUnreachable: one('deleteUnreachable', 'DELETE_UNREACHABLE'),
    skipUpdateUnreachable: one('skipUpdateUnreachable', 'SKIP_UPDATE_UNREACHABLE'),
    upsertExistingObjects: one('upsertExistingObjects', 'UPSERT_EXISTING_OBJECTS'),
    patchForce: one('enablePatchForce', 'ENABLE_PATCH_FORCE'),
    configMapMutable: one('enableConfigMapMutable', 'ENABLE_CONFIGMAP_MUTABLE'),
    secretMutable: one('enableSecretMutable', 'ENABLE_SECRET_MUTABLE'),
  };
}
