import * as artifactregistry from '@pulumi/gcp/artifactregistry';
import * as binaryauthorization from '@pulumi/gcp/binaryauthorization';
import * as containeranalysis from '@pulumi/gcp/containeranalysis';
import * as kms from '@pulumi/gcp/kms';
import * as projects from '@pulumi/gcp/projects';
import * as pubsub from '@pulumi/gcp/pubsub';
import * as serviceaccount from '@pulumi/gcp/serviceaccount';
import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { builderRoles, deployerRoles, grantableRoles, mayGrantOnly, previewerRoles } from './settings/pipeline/roles';
import { narrowRoles } from './settings/principals';

export interface PipelineAccountsArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Where images are pushed to. */
  registry: { repository: pulumi.Input<string>; location: string };
  /** Bucket of releases. */
  releases: pulumi.Input<string>;
  /** Topic that tells of a release. */
  topic: pulumi.Input<string>;
  /** What signs images. Defaults to nothing. */
  signing?: { attestor: pulumi.Input<string>; key: pulumi.Input<string>; note: pulumi.Input<string> };
  /** Where Pulumi keeps the stack: its bucket, and the KMS key of its secrets. */
  state: { bucket: string; secretsKey: string };
}

/** What a service account of the pipeline does. */
export type PipelineRole = 'preview' | 'release' | 'deploy';

/** The service accounts of the pipeline, one for each of its works, each with what that work needs. */
export class PipelineAccounts extends pulumi.ComponentResource {
  /** Names, projects/…/serviceAccounts/…. They resolve once everything is granted. */
  readonly ids: Readonly<Record<PipelineRole, pulumi.Output<string>>>;
  readonly emails: Readonly<Record<PipelineRole, pulumi.Output<string>>>;

  constructor(name: string, args: PipelineAccountsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:PipelineAccounts', name, {}, opts);

    const preview = this.createAccount(name, args, 'preview', 'Previews pull requests');
    const release = this.createAccount(name, args, 'release', 'Builds, scans and signs images');
    const deploy = this.createAccount(name, args, 'deploy', 'Deploys the agent factory');
    const grants = pulumi.all(
      [
        ...this.grantRoles(name, args, 'preview', preview, previewerRoles),
        ...this.grantRoles(name, args, 'release', release, builderRoles),
        ...this.grantRoles(name, args, 'deploy', deploy, deployerRoles),
        this.grantGranting(name, args, deploy),
        ...this.grantHandOver(name, args, release),
        ...this.grantState(name, args, preview, deploy),
        ...this.grantSigning(name, args, release),
      ].map((grant) => grant.id),
    );

    const granted = (account: serviceaccount.Account) => pulumi.all([account.id, grants]).apply(([id]) => id);
    this.ids = { preview: granted(preview), release: granted(release), deploy: granted(deploy) };
    this.emails = { preview: preview.email, release: release.email, deploy: deploy.email };
    this.registerOutputs({ ids: this.ids, emails: this.emails });
  }

  private createAccount(
    name: string,
    { names, project }: PipelineAccountsArgs,
    role: PipelineRole,
    displayName: string,
  ) {
    return new serviceaccount.Account(
      `${name}-${role}`,
      { accountId: names('gcp.serviceAccount', role), project, displayName },
      { parent: this },
    );
  }

  private grantRoles(
    name: string,
    { project }: PipelineAccountsArgs,
    account: PipelineRole,
    { member }: serviceaccount.Account,
    roles: readonly string[],
  ) {
    return narrowRoles(roles, `roles of ${account}`).map(
      (role) =>
        new projects.IAMMember(
          `${name}-${account}-${role.replace('roles/', '')}`,
          { project, role, member },
          { parent: this },
        ),
    );
  }

  private grantGranting(name: string, { project }: PipelineAccountsArgs, { member }: serviceaccount.Account) {
    return new projects.IAMMember(
      `${name}-deploy-grants`,
      {
        project,
        role: 'roles/resourcemanager.projectIamAdmin',
        member,
        condition: { title: 'roles-of-workloads-only', expression: mayGrantOnly(grantableRoles) },
      },
      { parent: this },
    );
  }

  /** Images, the release that names them, and the message: all of them new, none of them changed. */
  private grantHandOver(name: string, args: PipelineAccountsArgs, { member }: serviceaccount.Account) {
    return [
      new artifactregistry.RepositoryIamMember(
        `${name}-release-registry`,
        {
          project: args.project,
          location: args.registry.location,
          repository: args.registry.repository,
          role: 'roles/artifactregistry.writer',
          member,
        },
        { parent: this },
      ),
      new storage.BucketIAMMember(
        `${name}-release-bucket`,
        { bucket: args.releases, role: 'roles/storage.objectCreator', member },
        { parent: this },
      ),
      new storage.BucketIAMMember(
        `${name}-release-list`,
        { bucket: args.releases, role: 'roles/storage.objectViewer', member }, // the copy asks what is there
        { parent: this },
      ),
      new pubsub.TopicIAMMember(
        `${name}-release-topic`,
        { project: args.project, topic: args.topic, role: 'roles/pubsub.publisher', member },
        { parent: this },
      ),
    ];
  }

  /** Previewing reads releases and state and opens secrets; deploying writes them. */
  private grantState(
    name: string,
    { releases, state }: PipelineAccountsArgs,
    preview: serviceaccount.Account,
    deploy: serviceaccount.Account,
  ) {
    const onBucket = (key: string, bucket: pulumi.Input<string>, role: string, { member }: serviceaccount.Account) =>
      new storage.BucketIAMMember(`${name}-${key}`, { bucket, role, member }, { parent: this });
    const onKey = (key: string, role: string, { member }: serviceaccount.Account) =>
      new kms.CryptoKeyIAMMember(`${name}-${key}`, { cryptoKeyId: state.secretsKey, role, member }, { parent: this });
    return [
      onBucket('preview-releases', releases, 'roles/storage.objectViewer', preview),
      onBucket('preview-state', state.bucket, 'roles/storage.objectViewer', preview),
      onKey('preview-secrets', 'roles/cloudkms.cryptoKeyDecrypter', preview),
      onBucket('deploy-releases', releases, 'roles/storage.objectUser', deploy),
      onBucket('deploy-state', state.bucket, 'roles/storage.objectUser', deploy),
      onKey('deploy-secrets', 'roles/cloudkms.cryptoKeyEncrypterDecrypter', deploy),
    ];
  }

  private grantSigning(name: string, { project, signing }: PipelineAccountsArgs, { member }: serviceaccount.Account) {
    if (signing === undefined) return [];
    const { attestor, key, note } = signing;
    return [
      new kms.CryptoKeyIAMMember(
        `${name}-release-key`,
        { cryptoKeyId: key, role: 'roles/cloudkms.signerVerifier', member },
        { parent: this },
      ),
      new binaryauthorization.AttestorIamMember(
        `${name}-release-attestor`,
        { project, attestor, role: 'roles/binaryauthorization.attestorsViewer', member },
        { parent: this },
      ),
      new containeranalysis.NoteIamMember(
        `${name}-release-note`,
        { project, note, role: 'roles/containeranalysis.notes.attacher', member },
        { parent: this },
      ),
    ];
  }
}
