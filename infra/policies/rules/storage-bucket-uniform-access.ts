import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'storage-bucket-uniform-access',
  description: 'Decide rights on objects by those of their bucket',
  level: 'mandatory',
  source: 'CIS GCP 5.2',
  appliesTo: forTypes(gcp.bucket),
  judge: ({ props }) => expect(props, 'uniformBucketLevelAccess', oneOf(true), 'set true'),
};
