import { expect, isSet } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-google-groups',
  description: 'Let RBAC name Google groups rather than people',
  level: 'advisory',
  source: 'CIS GKE 5.8.2',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(props, 'authenticatorGroupsConfig.securityGroup', isSet, 'name gke-security-groups@DOMAIN'),
};
