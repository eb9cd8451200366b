import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, items, later, text } from '../judge/value';

const config = 'masterAuthorizedNetworksConfig';

export const rule: ResourceRule = {
  name: 'gke-cluster-authorized-networks',
  description: 'Name the networks that may reach the API server’s address, and never all of them',
  level: 'mandatory',
  source: 'CIS GKE 5.6.3',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => {
    const address = at(props, 'controlPlaneEndpointsConfig.ipEndpointsConfig.enabled');
    if (address === false || address === later) return []; // no address: a DNS endpoint asks IAM
    return [
      ...expect(props, `${config}.privateEndpointEnforcementEnabled`, oneOf(true), 'set true'),
      ...expect(props, `${config}.gcpPublicCidrsAccessEnabled`, oneOf(false), 'set false'),
      ...items(at(props, `${config}.cidrBlocks`)).flatMap((block, index) =>
        expect(
          block,
          'cidrBlock',
          (cidr) => !text(cidr).endsWith('/0'),
          'name the networks that need it',
          `${config}.cidrBlocks[${index}]`,
        ),
      ),
    ];
  },
};
