import type { Rules } from '../rules';
import { bucket, BUCKET } from './bucket';
import { filestore } from './filestore';

export const storageRules: Readonly<Record<string, Rules>> = {
  [BUCKET]: bucket,
  'gcp:filestore/instance:Instance': filestore,
};
