import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-no-client-certificate',
  description: 'Issue no client certificate: it cannot be revoked',
  level: 'mandatory',
  source: 'CIS GKE 5.8.1',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(
      props,
      'masterAuth.clientCertificateConfig.issueClientCertificate',
      oneOf(false, undefined),
      'leave it out or set false',
    ),
};
