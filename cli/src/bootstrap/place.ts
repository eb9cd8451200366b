/** What bootstrap prepares: one environment in one project. */
export interface Target {
  project: string;
  environment: 'dev' | 'staging' | 'prod';
  region: string;
  /** OWNER/REPOSITORY of the pipeline; undefined without one. */
  github: string | undefined;
}

/** Names of what must be there before the first `pulumi up`. One bucket and one key ring a project, one key an environment. */
export function placeOf({ project, environment, region }: Target) {
  const bucket = `${project}-factory-state`;
  const keyRing = 'factory-state';
  const account = `factory-github-${environment}`;
  return {
    bucket,
    keyRing,
    key: environment,
    /** As Pulumi and the configuration name it. */
    keyPath: `projects/${project}/locations/${region}/keyRings/${keyRing}/cryptoKeys/${environment}`,
    connection: 'factory',
    pool: 'github',
    account,
    accountEmail: `${account}@${project}.iam.gserviceaccount.com`,
  };
}

/** The pool's provider of GitHub, as google-github-actions/auth names it. */
export function providerPath(projectNumber: string, pool: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}/providers/${pool}`;
}
