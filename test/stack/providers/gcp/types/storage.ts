import type { Rules } from '../rules';
import { bucket, BUCKET } from './bucket';
import { filestore } from './filestore';

/** Storage, by token. */
export const storageRules: Readonly<Record<string, Rules>> = {
  [BUCKET]: bucket,
  'gcp:filestore/instance:Instance': filestore,
};
