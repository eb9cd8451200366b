import type { Rules } from '../rules';
import { admissionPolicy, attestor, note } from './attestation';
import { buildConnection, buildRepository } from './buildSource';
import { trigger } from './buildTrigger';
import { registry } from './registry';
import { BUILD_CONNECTION, BUILD_REPOSITORY, NOTE, REGISTRY } from './tokens';

/** Images: where they are kept, how they are built, who vouches for them. */
export const supplyRules: Readonly<Record<string, Rules>> = {
  [REGISTRY]: registry,
  'gcp:cloudbuild/trigger:Trigger': trigger,
  [BUILD_CONNECTION]: buildConnection,
  [BUILD_REPOSITORY]: buildRepository,
  [NOTE]: note,
  'gcp:binaryauthorization/attestor:Attestor': attestor,
  'gcp:binaryauthorization/policy:Policy': admissionPolicy,
};
