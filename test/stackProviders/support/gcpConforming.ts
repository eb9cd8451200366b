import type { ValueObject } from '../../stack/providers/shared/values';
import { clusterEntries } from './conforming/cluster';
import { dataEntries } from './conforming/data';
import { identityEntries } from './conforming/identity';
import { networkEntries } from './conforming/network';
import { operationsEntries } from './conforming/operations';
import { supplyEntries } from './conforming/supply';
import type { Entry } from './conforming/places';

/** Inputs that the real provider takes, in an order in which the things can be made. */
export const CONFORMING: readonly Entry[] = [
  ...networkEntries,
  ...clusterEntries,
  ...dataEntries,
  ...supplyEntries,
  ...identityEntries,
  ...operationsEntries,
];

/** The conforming inputs of a type (the first of that type). */
export function conforming(token: string): ValueObject {
  const found = CONFORMING.find(([type]) => type === token);
  if (found === undefined) throw new Error(`no conforming inputs of ${token} are written down`);
  return structuredClone(found[1]);
}

/** Services that the conforming things need. */
export const SERVICES: readonly string[] = [
  'artifactregistry',
  'billingbudgets',
  'binaryauthorization',
  'certificatemanager',
  'cloudbuild',
  'cloudkms',
  'cloudresourcemanager',
  'compute',
  'container',
  'containeranalysis',
  'dns',
  'file',
  'gkebackup',
  'iam',
  'memorystore',
  'networkconnectivity',
  'pubsub',
  'redis',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
].map((name) => `${name}.googleapis.com`);
