import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'storage-bucket-not-public',
  description: 'Let nobody make a bucket public',
  level: 'mandatory',
  source: 'CIS GCP 5.1',
  appliesTo: forTypes(gcp.bucket),
  judge: ({ props }) => expect(props, 'publicAccessPrevention', oneOf('enforced'), 'set enforced'),
};
