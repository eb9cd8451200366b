import { expect, isSet } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'gke-nodes-boot-disk-key',
  description: 'Encrypt the nodes’ disks with a key of your own',
  level: 'mandatory',
  source: 'CIS GKE 5.9.1',
  environments: ['prod'],
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) =>
      expect(config, 'bootDiskKmsKey', isSet, 'name a KMS key', path),
    ),
};
