import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-no-legacy-abac',
  description: 'Decide rights by RBAC alone',
  level: 'mandatory',
  source: 'CIS GKE 5.8.3',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'enableLegacyAbac', oneOf(false, undefined), 'leave it out or set false'),
};
