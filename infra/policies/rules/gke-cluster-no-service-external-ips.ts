import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-no-service-external-ips',
  description: 'Let no Service take traffic of addresses that it names itself',
  level: 'mandatory',
  source: 'CVE-2020-8554',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(props, 'serviceExternalIpsConfig.enabled', oneOf(false, undefined), 'leave it out or set false'),
};
