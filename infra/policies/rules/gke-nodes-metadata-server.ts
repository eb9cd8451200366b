import { expect, oneOf } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'gke-nodes-metadata-server',
  description: 'Keep pods from the metadata of their node',
  level: 'mandatory',
  source: 'CIS GKE 5.4.1',
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) =>
      expect(config, 'workloadMetadataConfig.mode', oneOf('GKE_METADATA'), 'set GKE_METADATA', path),
    ),
};
