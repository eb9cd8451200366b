import * as binaryauthorization from '@pulumi/gcp/binaryauthorization';
import * as containeranalysis from '@pulumi/gcp/containeranalysis';
import * as kms from '@pulumi/gcp/kms';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';

export interface SignedImagesArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of the signing key. */
  location: string;
  /** Part of the names of ring and key. Defaults to 1; raise it to build a destroyed environment anew (see Encryption). */
  generation?: number;
  /** Images, as patterns, that need no signature beside Google's own system images. Defaults to none. */
  exempt?: readonly string[];
  /** Refuses to delete the key. Without it nothing new can be signed. */
  protect: boolean;
}

/**
 * Binary Authorization: a key, an attestor that knows its public half, and the project's one policy, which lets a pod start only if
 * the attestor's signature is on its image. The policy belongs to the whole project, so environments that sign have projects of their
 * own.
 */
export class SignedImages extends pulumi.ComponentResource {
  /** Name of the attestor, projects/…/attestors/…. */
  readonly attestor: pulumi.Output<string>;
  /** Full name of the key version that signs. */
  readonly keyVersion: pulumi.Output<string>;
  /** Full name of the key. */
  readonly key: pulumi.Output<string>;
  /** Name of the note that signatures hang on. */
  readonly note: pulumi.Output<string>;

  constructor(name: string, args: SignedImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:SignedImages', name, {}, opts);

    const key = this.createKey(name, args);
    const version = kms.getKMSCryptoKeyVersionOutput({ cryptoKey: key.id, version: 1 }, { parent: this });
    const note = this.createNote(name, args);
    const attestor = this.createAttestor(name, args, note, version);
    this.createPolicy(name, args, attestor);

    this.attestor = attestor.id;
    this.key = key.id;
    this.keyVersion = pulumi.interpolate`${key.id}/cryptoKeyVersions/1`;
    this.note = note.name;
    this.registerOutputs({ attestor: this.attestor, keyVersion: this.keyVersion });
  }

  private createKey(name: string, args: SignedImagesArgs): kms.CryptoKey {
    const generation = `g${args.generation ?? 1}`;
    const ring = new kms.KeyRing(
      `${name}-ring`,
      { name: args.names('gcp.keyRing', 'signing', generation), project: args.project, location: args.location },
      { parent: this, protect: args.protect },
    );
    return new kms.CryptoKey(
      `${name}-key`,
      {
        name: args.names('gcp.key', 'signing', generation),
        keyRing: ring.id,
        purpose: 'ASYMMETRIC_SIGN',
        versionTemplate: { algorithm: 'EC_SIGN_P256_SHA256', protectionLevel: 'SOFTWARE' },
        destroyScheduledDuration: `${30 * 86_400}s`,
        deletionPolicy: args.protect ? 'PREVENT' : 'DELETE',
      },
      { parent: this, protect: args.protect },
    );
  }

  private createNote(name: string, args: SignedImagesArgs): containeranalysis.Note {
    return new containeranalysis.Note(
      `${name}-note`,
      {
        name: args.names('gcp.attestor', 'note'),
        project: args.project,
        attestationAuthority: { hint: { humanReadableName: 'Built, tested and scanned by the pipeline' } },
      },
      { parent: this },
    );
  }

  private createAttestor(
    name: string,
    args: SignedImagesArgs,
    note: containeranalysis.Note,
    version: pulumi.Output<kms.GetKMSCryptoKeyVersionResult>,
  ): binaryauthorization.Attestor {
    return new binaryauthorization.Attestor(
      `${name}-attestor`,
      {
        name: args.names('gcp.attestor'),
        project: args.project,
        attestationAuthorityNote: {
          noteReference: note.name,
          publicKeys: [
            {
              id: version.id,
              pkixPublicKey: {
                publicKeyPem: version.apply(publicKey),
                signatureAlgorithm: version.algorithm,
              },
            },
          ],
        },
      },
      { parent: this },
    );
  }

  private createPolicy(name: string, args: SignedImagesArgs, attestor: binaryauthorization.Attestor): void {
    new binaryauthorization.Policy(
      `${name}-policy`,
      {
        project: args.project,
        description: 'Only images that the pipeline signed',
        globalPolicyEvaluationMode: 'ENABLE', // Google's own system images
        admissionWhitelistPatterns: (args.exempt ?? []).map((namePattern) => ({ namePattern })),
        defaultAdmissionRule: {
          evaluationMode: 'REQUIRE_ATTESTATION',
          enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG',
          requireAttestationsBies: [attestor.name],
        },
      },
      { parent: this },
    );
  }
}

function publicKey(version: kms.GetKMSCryptoKeyVersionResult): string {
  const [key] = version.publicKeys;
  if (key === undefined)
    throw new Error(`[signing key] ${version.id} has no public half: it is still being made, or is not for signing`);
  return key.pem;
}
