import { expect, isSet } from '../judge/expect';
import type { ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-storageclass-disk-key',
  description: 'Encrypt volumes with a key of your own',
  level: 'mandatory',
  source: 'CIS GKE 5.9.2',
  environments: ['prod'],
  appliesTo: forKinds('StorageClass'),
  judge: ({ props }) =>
    at(props, 'provisioner') === 'pd.csi.storage.gke.io'
      ? expect(props, 'parameters.disk-encryption-kms-key', isSet, 'name a KMS key')
      : [],
};
