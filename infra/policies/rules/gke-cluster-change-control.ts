import { expect, isSet, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, items, later, type Value } from '../judge/value';

const accepted: readonly Value[] = ['NO_MINOR_UPGRADES', 'NO_MINOR_OR_NODE_UPGRADES', later];

export const rule: ResourceRule = {
  name: 'gke-cluster-change-control',
  description: 'Let Google change the cluster in a window, not to a new minor version, and tell of it',
  level: 'mandatory',
  source: 'GKE hardening guide',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(props, 'maintenancePolicy.recurringWindow', isSet, 'name a weekly window'),
    ...expect(
      props,
      'maintenancePolicy.maintenanceExclusions',
      (value) => items(value).some((exclusion) => accepted.includes(at(exclusion, 'exclusionOptions.scope'))),
      'add one of scope NO_MINOR_UPGRADES until the end of support',
    ),
    ...expect(props, 'notificationConfig.pubsub.enabled', oneOf(true), 'set true and name a topic'),
  ],
};
