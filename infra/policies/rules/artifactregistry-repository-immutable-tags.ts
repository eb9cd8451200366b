import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at } from '../judge/value';

export const rule: ResourceRule = {
  name: 'artifactregistry-repository-immutable-tags',
  description: 'Let a tag, once pushed, keep its digest',
  level: 'mandatory',
  source: 'Agent Factory',
  environments: ['staging', 'prod'],
  appliesTo: forTypes(gcp.repository),
  judge: ({ props }) =>
    at(props, 'format') === 'DOCKER' ? expect(props, 'dockerConfig.immutableTags', oneOf(true), 'set true') : [],
};
