import type { Build, Step } from './build';
import { pinnedNode, shell, type Tools } from './tools';

export interface StackSettings {
  tools: Tools;
  /** Stack of the environment. */
  stack: string;
  /** Where Pulumi keeps state, gs://BUCKET. */
  backend: string;
  /** Bucket of releases. */
  bucket: string;
  workerPool?: string;
}

/** What a deployment takes out of the message that starts it. */
export const deploySubstitutions = { _RELEASE: '$(body.message.data.release)' } as const;

/**
 * Brings a release to the stack: the source that it was built from and the images that were signed, whatever the branch holds by then.
 * The release's name comes from a message, so it is looked at before use.
 */
export function deployBuild(settings: StackSettings): Build {
  return {
    steps: [fetch(settings), install(settings), deploy(settings), note(settings)],
    timeoutSeconds: 7_200,
    substitutions: deploySubstitutions,
    options: options(settings),
  };
}

/** Shows what a pull request would change in the stack, with the images that it runs now, under the policies. Changes nothing. */
export function previewBuild(settings: StackSettings): Build {
  return {
    steps: [current(settings), install(settings), preview(settings)],
    timeoutSeconds: 1_800,
    options: options(settings),
  };
}

const options = ({ workerPool }: StackSettings): Build['options'] => ({
  logging: 'CLOUD_LOGGING_ONLY',
  ...(workerPool === undefined ? { machineType: 'E2_HIGHCPU_8' } : { workerPool }),
});

const fetch = ({ tools, bucket }: StackSettings): Step => ({
  id: 'fetch',
  name: tools.gcloud,
  env: [`BUCKET=${bucket}`, 'RELEASE=$_RELEASE'],
  script: `${shell}[[ $RELEASE =~ ^[0-9a-f]{40}$ ]] || { echo "not a commit: $RELEASE"; exit 1; }
gcloud storage cp "gs://$BUCKET/releases/$RELEASE/*" .
tar --extract --gzip --file source.tgz`,
});

/** Until the first deployment there is nothing to run: then the stack's own file says. */
const current = ({ tools, bucket, stack }: StackSettings): Step => ({
  id: 'current',
  name: tools.gcloud,
  env: [`BUCKET=${bucket}`, `STACK=${stack}`],
  script: `${shell}gcloud storage cp "gs://$BUCKET/deployed/$STACK/images.conf" . || : >images.conf`,
});

const install = ({ tools }: StackSettings): Step => ({
  id: 'install',
  name: tools.node,
  script: `${shell}npm ci --no-audit --no-fund`,
});

/** Signs in to the state and puts the release's digests over those of the stack's file. */
const prepare = `${shell}${pinnedNode}pulumi login "$BACKEND"
sed 's/^/--plaintext=/' images.conf | xargs --no-run-if-empty pulumi config set-all --path --stack "$STACK"
`;

const deploy = ({ tools, backend, stack }: StackSettings): Step => ({
  id: 'deploy',
  name: tools.pulumi,
  env: [`BACKEND=${backend}`, `STACK=${stack}`],
  script: `${prepare}pulumi up --stack "$STACK" --yes --non-interactive --diff --policy-pack infra/policies`,
});

const preview = ({ tools, backend, stack }: StackSettings): Step => ({
  id: 'preview',
  name: tools.pulumi,
  env: [`BACKEND=${backend}`, `STACK=${stack}`],
  script: `${prepare}pulumi preview --stack "$STACK" --non-interactive --diff --policy-pack infra/policies`,
});

const note = ({ tools, bucket, stack }: StackSettings): Step => ({
  id: 'note',
  name: tools.gcloud,
  env: [`BUCKET=${bucket}`, `STACK=${stack}`],
  script: `${shell}gcloud storage cp images.conf "gs://$BUCKET/deployed/$STACK/images.conf"`,
});
