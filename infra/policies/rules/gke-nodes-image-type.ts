import { expect, oneOf } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'gke-nodes-image-type',
  description: 'Run nodes on Container-Optimized OS',
  level: 'mandatory',
  source: 'CIS GKE 5.5.1',
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) =>
      expect(config, 'imageType', oneOf('COS_CONTAINERD'), 'set COS_CONTAINERD', path),
    ),
};
