import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { labels } from './manifests/labels';
import {
  managedKeysVolume,
  modelKeysClass,
  secretsParameter,
  type ManagedKeys,
} from './manifests/dispatcher/modelKeys';
import { secretVolume, type RoleVolume } from './manifests/dispatcher/pod';
import { inDispatcher } from './manifests/dispatcher/roles';
import type { Names } from './names';
import { namespaces } from './types';

export interface ModelKeysArgs {
  names: Names;
  /** The keys by provider: as values, or as secrets of Secret Manager (GKE with its add-on). */
  keys:
    | { kind: 'values'; values: Readonly<Record<string, pulumi.Input<string>>> }
    | ({ kind: 'secretManager' } & ManagedKeys<pulumi.Input<string>>);
}

/** How many there are. */
export function keyCount(keys: ModelKeysArgs['keys']): number {
  return Object.keys(keys.kind === 'values' ? keys.values : keys.secrets).length;
}

/** Keys of model providers, as a volume of the model gateway: one file a provider. */
export class ModelKeys extends pulumi.ComponentResource {
  readonly volume: RoleVolume;

  constructor(name: string, { names, keys }: ModelKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ModelKeys', name, {}, opts);
    if (keys.kind === 'secretManager') {
      const parameter = pulumi
        .all([keys.project, pulumi.all(keys.secrets)])
        .apply(([project, secrets]) =>
          secretsParameter(Object.entries(secrets).map(([path, secret]) => ({ path, project, secret }))),
        );
      new apiextensions.CustomResource(`${name}-class`, modelKeysClass(parameter, names), { parent: this });
      this.volume = managedKeysVolume(names);
    } else {
      const secretName = names('k8s.object', 'model-keys');
      const metadata = {
        name: secretName,
        namespace: namespaces.system,
        labels: labels('dispatcher', 'model-gateway'),
      };
      const stringData = pulumi.secret(pulumi.all(keys.values));
      new core.Secret(`${name}-secret`, { metadata, type: 'Opaque', stringData }, { parent: this });
      this.volume = secretVolume('model-keys', inDispatcher.modelKeys, secretName);
    }
    this.registerOutputs();
  }
}
