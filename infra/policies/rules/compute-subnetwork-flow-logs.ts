import { expect, isSet } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, text } from '../judge/value';

/** Subnetworks of these purposes keep no logs. */
const silent = ['REGIONAL_MANAGED_PROXY', 'GLOBAL_MANAGED_PROXY', 'PRIVATE_SERVICE_CONNECT', 'PRIVATE_NAT'];

export const rule: ResourceRule = {
  name: 'compute-subnetwork-flow-logs',
  description: 'Log the flows of every subnetwork',
  level: 'mandatory',
  source: 'CIS GKE 5.6.1',
  appliesTo: forTypes(gcp.subnetwork),
  judge: ({ props }) =>
    silent.includes(text(at(props, 'purpose')))
      ? []
      : expect(props, 'logConfig', isSet, 'set at least a sampling rate'),
};
