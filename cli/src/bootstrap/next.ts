import { placeOf, providerPath, type Target } from './place';

/** The commands that come after: the state, the stack, and what its configuration must say. */
export function nextCommands(target: Target, projectNumber: string): string[] {
  const { project, environment, region, github } = target;
  const { bucket, keyPath } = placeOf(target);
  const pulumi = 'npm run pulumi --';
  return [
    'gcloud auth application-default login',
    `${pulumi} login gs://${bucket}`,
    `${pulumi} stack init ${environment} --secrets-provider=gcpkms://${keyPath}`,
    `${pulumi} config set gcp:project ${project} --stack ${environment}`,
    `${pulumi} config set gcp:region ${region} --stack ${environment}`,
    ...(github === undefined ? [] : githubCommands(target, github, projectNumber)),
  ];
}

function githubCommands(target: Target, github: string, projectNumber: string): string[] {
  const { environment, project } = target;
  const { bucket, keyPath, connection, pool, accountEmail } = placeOf(target);
  const [owner = '', repository = ''] = github.split('/');
  const pipeline = { owner, repository, connection, stateBucket: bucket, secretsKey: keyPath };
  const variables = {
    GCP_PROJECT: project,
    STATE_BUCKET: bucket,
    SERVICE_ACCOUNT: accountEmail,
    WORKLOAD_IDENTITY_PROVIDER: providerPath(projectNumber, pool),
  };
  const settings = Object.entries(pipeline).map(([key, value]) => `--plaintext pipeline.${key}=${value}`);
  return [
    `npm run pulumi -- config set-all --path --stack ${environment} ${settings.join(' ')}`,
    `gh api --method PUT repos/${github}/environments/${environment}`,
    ...Object.entries(variables).map(
      ([name, value]) => `gh variable set ${name} --repo ${github} --env ${environment} --body ${value}`,
    ),
  ];
}
