import { RefusedError } from '../shared/provider';
import type { ValueObject } from '../shared/values';
import type { Rules, Scope } from './rules';
import { readProjects } from './scope';

const SERVICE_TYPE = 'gcp:projects/service:Service';

// The service behind a module, where the type's rules name none. Modules that are absent need nothing.
const BY_MODULE: Readonly<Record<string, string>> = {
  artifactregistry: 'artifactregistry.googleapis.com',
  billing: 'billingbudgets.googleapis.com',
  binaryauthorization: 'binaryauthorization.googleapis.com',
  certificatemanager: 'certificatemanager.googleapis.com',
  cloudbuild: 'cloudbuild.googleapis.com',
  cloudbuildv2: 'cloudbuild.googleapis.com',
  compute: 'compute.googleapis.com',
  container: 'container.googleapis.com',
  containeranalysis: 'containeranalysis.googleapis.com',
  dns: 'dns.googleapis.com',
  filestore: 'file.googleapis.com',
  gkebackup: 'gkebackup.googleapis.com',
  kms: 'cloudkms.googleapis.com',
  memorystore: 'memorystore.googleapis.com',
  networkconnectivity: 'networkconnectivity.googleapis.com',
  pubsub: 'pubsub.googleapis.com',
  redis: 'redis.googleapis.com',
  secretmanager: 'secretmanager.googleapis.com',
  serviceaccount: 'iam.googleapis.com',
  servicenetworking: 'servicenetworking.googleapis.com',
  sql: 'sqladmin.googleapis.com',
};

/**
 * Refuses, as the real API does, what needs a service that nobody enabled in the project.
 * A new project has Logging, Monitoring, Storage, Service Usage and a few more; everything else is asked for by a
 * `projects.Service` (source: https://cloud.google.com/service-usage/docs/enabled-service#default). A project that
 * `projects.json` gives `"apis": "all"` has everything.
 */
export function assertEnabled(
  type: string,
  rules: Rules | undefined,
  inputs: ValueObject,
  scope: Scope,
  directory: string,
): void {
  const module = type.split(':')[1]?.split('/')[0] ?? '';
  const api = rules?.api ?? BY_MODULE[module];
  if (api === undefined || api === '') return;
  const project = scope.project(inputs).replace(/^projects\//, '');
  if (readProjects(directory)[project]?.apis === 'all') return;
  if (scope.store.get(SERVICE_TYPE, `${project}/${api}`) !== undefined) return;
  throw new RefusedError(
    'SERVICE_DISABLED',
    `googleapi: Error 403: ${api} has not been used in project ${project} before or it is disabled. Enable it by a ` +
      `gcp.projects.Service on which this resource depends, then retry. Details: reason: SERVICE_DISABLED, accessNotConfigured`,
  );
}
