import { expect, oneOf } from '../judge/expect';
import { nodeConfigs, nodeTypes } from '../judge/nodes';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'gke-nodes-secure-boot',
  description: 'Start nodes only from software that is signed, and watch that it stays so',
  level: 'mandatory',
  source: 'CIS GKE 5.5.6, 5.5.7',
  appliesTo: nodeTypes,
  judge: (resource) =>
    nodeConfigs(resource).flatMap(({ path, config }) => [
      ...expect(config, 'shieldedInstanceConfig.enableSecureBoot', oneOf(true), 'set true', path),
      ...expect(
        config,
        'shieldedInstanceConfig.enableIntegrityMonitoring',
        oneOf(true, undefined),
        'leave it out or set true',
        path,
      ),
    ]),
};
