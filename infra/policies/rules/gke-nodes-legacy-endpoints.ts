import { expect, oneOf } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'gke-nodes-legacy-endpoints',
  description: 'Close the metadata endpoints that ask for no header',
  level: 'mandatory',
  source: 'GKE hardening guide',
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) =>
      expect(config, 'metadata.disable-legacy-endpoints', oneOf('true'), 'set "true"', path),
    ),
};
