import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-dataplane-v2',
  description: 'Enforce network policies with Dataplane V2, host names included, and measure it',
  level: 'mandatory',
  source: 'GKE golden path',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(props, 'datapathProvider', oneOf('ADVANCED_DATAPATH'), 'set ADVANCED_DATAPATH'),
    ...expect(props, 'enableFqdnNetworkPolicy', oneOf(true), 'set true'),
    ...expect(props, 'monitoringConfig.advancedDatapathObservabilityConfig.enableMetrics', oneOf(true), 'set true'),
  ],
};
