import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, text } from '../judge/value';

const poolLabel = 'agent-factory.dev/pool';

export const rule: ResourceRule = {
  name: 'gke-nodepool-sandbox',
  description: 'Run agents on nodes with gVisor: every pool but the system’s',
  level: 'mandatory',
  source: 'CIS GKE 5.10.3',
  appliesTo: forTypes(gcp.nodePool),
  judge: ({ props }) => {
    const tier = text(at(props, ['nodeConfig', 'labels', poolLabel]));
    if (tier === '' || tier === 'system') return [];
    return expect(props, 'nodeConfig.sandboxConfig.type', oneOf('GVISOR'), `set GVISOR: ${poolLabel} says ${tier}`);
  },
};
