import * as kms from '@pulumi/gcp/kms';
import * as projects from '@pulumi/gcp/projects';
import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { agentMember, serviceAgents, type KeyUse } from './settings/keys';

export interface EncryptionArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Number of the project. */
  projectNumber: pulumi.Input<string>;
  /** Region of the keys: that of what they encrypt. */
  location: string;
  /** Keeps keys from being destroyed. What they encrypt is lost with them. */
  protect: boolean;
  /** What to make a key for. */
  uses: readonly KeyUse[];
  /**
   * Part of the names. Defaults to 1. Raise it to build an environment anew after destroying it: Google never gives the name of a key
   * or of its ring back.
   */
  generation?: number;
  /** Days until a key gets a new version. Defaults to 90. */
  rotationDays?: number;
}

/** A key ring with one key per use, each granted to the one Google service agent that uses it. About $0.06 a key version a month. */
export class Encryption extends pulumi.ComponentResource {
  /** Full names of the keys. One resolves only once its service agent may use it, so what it encrypts is made after the grant. */
  readonly keys: Readonly<Partial<Record<KeyUse, pulumi.Output<string>>>>;

  constructor(name: string, args: EncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Encryption', name, {}, opts);

    const ring = this.createRing(name, args);
    this.keys = Object.fromEntries(args.uses.map((use) => [use, this.createKey(name, args, ring, use)]));

    this.registerOutputs({ keys: this.keys });
  }

  private createRing(name: string, args: EncryptionArgs): kms.KeyRing {
    return new kms.KeyRing(
      `${name}-ring`,
      { name: args.names('gcp.keyRing', generation(args)), project: args.project, location: args.location },
      { parent: this, protect: args.protect },
    );
  }

  private createKey(name: string, args: EncryptionArgs, ring: kms.KeyRing, use: KeyUse): pulumi.Output<string> {
    const key = new kms.CryptoKey(
      `${name}-${use}`,
      {
        name: args.names('gcp.key', use, generation(args)),
        keyRing: ring.id,
        purpose: 'ENCRYPT_DECRYPT',
        rotationPeriod: `${(args.rotationDays ?? 90) * 86_400}s`,
        destroyScheduledDuration: `${30 * 86_400}s`,
        deletionPolicy: args.protect ? 'PREVENT' : 'DELETE',
      },
      { parent: this, protect: args.protect },
    );
    const grants = serviceAgents[use].map(
      (agent) =>
        new kms.CryptoKeyIAMMember(
          `${name}-${use}-${agent.domain}`,
          {
            cryptoKeyId: key.id,
            role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
            member: this.agent(name, args, agent),
          },
          { parent: this },
        ),
    );
    return pulumi.all([key.id, pulumi.all(grants.map((grant) => grant.id))]).apply(([id]) => id);
  }

  private agent(
    name: string,
    args: EncryptionArgs,
    agent: (typeof serviceAgents)[KeyUse][number],
  ): pulumi.Output<string> {
    if (agent.made === 'storage')
      return storage.getProjectServiceAccountOutput({ project: args.project }, { parent: this }).member;
    // Not every API tells the e-mail of the agent that it makes, but all of them follow the one pattern.
    const exists = agent.made === 'identity' ? this.createServiceAgent(name, args, agent.service).id : '';
    return pulumi.all([args.projectNumber, exists]).apply(([number]) => agentMember(agent.domain, number));
  }

  private createServiceAgent(name: string, { project }: EncryptionArgs, service: string): projects.ServiceIdentity {
    return new projects.ServiceIdentity(
      `${name}-agent-${service.split('.')[0]}`,
      { project, service },
      { parent: this },
    );
  }
}

function generation(args: EncryptionArgs): string {
  return `g${args.generation ?? 1}`;
}
