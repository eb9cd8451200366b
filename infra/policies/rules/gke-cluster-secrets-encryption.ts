import { expect, isSet, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-secrets-encryption',
  description: 'Encrypt Kubernetes Secrets with a key of your own',
  level: 'mandatory',
  source: 'CIS GKE 5.3.1',
  environments: ['prod'],
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(props, 'databaseEncryption.state', oneOf('ENCRYPTED'), 'set ENCRYPTED'),
    ...expect(props, 'databaseEncryption.keyName', isSet, 'name a KMS key'),
  ],
};
