import * as secretmanager from '@pulumi/gcp/secretmanager';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';

export interface SecretsArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Secrets by id. */
  secrets: Readonly<Record<string, SecretEntry>>;
  /** Regions that keep copies. Defaults to wherever Google likes. */
  locations?: readonly string[];
  /** Key of the secrets, in the one region of `locations`. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** Refuses to delete them. */
  protect: boolean;
}

interface SecretEntry {
  /** The value, from secret configuration. Left out when people add versions themselves (gcloud secrets versions add). */
  value?: pulumi.Input<string>;
  /** Raise it to write a changed value: Pulumi never reads one back. Defaults to 1. */
  version?: number;
  /** IAM members that may read it, and no others. */
  accessors: readonly pulumi.Input<string>[];
}

/** Entries of Secret Manager. About $0.06 a version, region and month. */
export class Secrets extends pulumi.ComponentResource {
  /** Full names, projects/…/secrets/…, by id. One resolves once its accessors may read it. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Secrets', name, {}, opts);

    this.ids = Object.fromEntries(
      Object.entries(args.secrets).map(([id, entry]) => [id, this.createSecret(name, args, id, entry)]),
    );

    this.registerOutputs({ ids: this.ids });
  }

  private createSecret(name: string, args: SecretsArgs, id: string, entry: SecretEntry): pulumi.Output<string> {
    const secret = new secretmanager.Secret(
      `${name}-${id}`,
      {
        secretId: args.names('gcp.secret', id),
        project: args.project,
        replication: replication(args),
        versionDestroyTtl: `${7 * 86_400}s`,
        deletionProtection: args.protect,
      },
      { parent: this, protect: args.protect },
    );
    const version = this.createVersion(name, id, entry, secret);
    const grants = entry.accessors.map(
      (member, index) =>
        new secretmanager.SecretIamMember(
          `${name}-${id}-accessor-${index}`,
          { project: args.project, secretId: secret.secretId, role: 'roles/secretmanager.secretAccessor', member },
          { parent: this },
        ),
    );
    return pulumi
      .all([secret.id, pulumi.all([...version, ...grants].map(({ id: made }) => made))])
      .apply(([made]) => made);
  }

  private createVersion(name: string, id: string, entry: SecretEntry, secret: secretmanager.Secret) {
    if (entry.value === undefined) return [];
    return [
      new secretmanager.SecretVersion(
        `${name}-${id}-version`,
        {
          secret: secret.id,
          secretDataWo: entry.value,
          secretDataWoVersion: entry.version ?? 1,
          deletionPolicy: 'DISABLE', // an older version may still be in use while a rollout goes on
        },
        { parent: this },
      ),
    ];
  }
}

function replication({ locations, key }: SecretsArgs): secretmanager.SecretArgs['replication'] {
  if (locations === undefined) {
    if (key !== undefined)
      throw new Error('[key] needs [locations]: a key of one region encrypts copies in that region only');
    return { auto: {} };
  }
  return {
    userManaged: {
      replicas: locations.map((location) => ({
        location,
        ...(key !== undefined && { customerManagedEncryption: { kmsKeyName: key } }),
      })),
    },
  };
}
