import type * as cloudbuild from '@pulumi/gcp/cloudbuild';
import type { Unwrap } from '@pulumi/pulumi';

/** A step, in the words of cloudbuild.yaml. */
export interface Step {
  id: string;
  /** Image that it runs in. */
  name: string;
  /** Shell script. Substitutions do not reach it: they come by `env`. */
  script: string;
  /** NAME=VALUE; values may hold substitutions. */
  env?: readonly string[];
  /** Steps that must be done before. Defaults to all before it; `-` is none. */
  waitFor?: readonly string[];
}

/** A build, in the words of cloudbuild.yaml. */
export interface Build {
  steps: readonly Step[];
  /** Seconds for all of it. */
  timeoutSeconds: number;
  substitutions?: Readonly<Record<string, string>>;
  options: {
    /** Builds as a service account of ours must say where logs go. */
    logging: 'CLOUD_LOGGING_ONLY';
    /** Machine of Cloud Build. Defaults to its smallest. */
    machineType?: string;
    /** Signed statement of what was built from what. */
    requestedVerifyOption?: 'VERIFIED';
    /** Private worker pool, projects/…/workerPools/…. Defaults to Google's machines. */
    workerPool?: string;
    diskSizeGb?: number;
  };
}

/** The build as cloudbuild.yaml has it. */
export function toCloudBuild({ steps, timeoutSeconds, substitutions, options }: Build) {
  return {
    steps: steps.map((step) => ({ ...step })),
    timeout: `${timeoutSeconds}s`,
    ...(substitutions && { substitutions: { ...substitutions } }),
    options: {
      logging: options.logging,
      ...(options.machineType !== undefined && { machineType: options.machineType }),
      ...(options.requestedVerifyOption && { requestedVerifyOption: options.requestedVerifyOption }),
      ...(options.diskSizeGb !== undefined && { diskSizeGb: String(options.diskSizeGb) }),
      ...(options.workerPool !== undefined && { pool: { name: options.workerPool } }),
    },
  };
}

type TriggerBuild = NonNullable<Unwrap<cloudbuild.TriggerArgs['build']>>;

/** The build as a trigger of Pulumi has it. */
export function toTrigger({ steps, timeoutSeconds, options }: Build): TriggerBuild {
  return {
    steps: steps.map(({ id, name, script, env, waitFor }) => ({
      id,
      name,
      script,
      ...(env && { envs: [...env] }),
      ...(waitFor && { waitFors: [...waitFor] }),
    })),
    timeout: `${timeoutSeconds}s`,
    options: { ...options },
  };
}
