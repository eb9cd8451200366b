import { expect, isSet } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { items, later } from '../judge/value';

const logs = ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER'];

export const rule: ResourceRule = {
  name: 'gke-cluster-logging-monitoring',
  description: 'Keep logs of system, workloads and API server, and metrics of the cluster',
  level: 'mandatory',
  source: 'CIS GKE 5.7.1',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(
      props,
      'loggingConfig.enableComponents',
      (value) => items(value).includes(later) || logs.every((component) => items(value).includes(component)),
      `name at least ${logs.join(', ')}`,
    ),
    ...expect(props, 'monitoringConfig.enableComponents', isSet, 'name at least SYSTEM_COMPONENTS'),
  ],
};
