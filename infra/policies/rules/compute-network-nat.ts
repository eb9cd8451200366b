import type { StackRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at } from '../judge/value';

export const rule: StackRule = {
  name: 'compute-network-nat',
  description: 'Give private nodes a NAT gateway as their way out',
  level: 'mandatory',
  source: 'CIS GKE 5.6.5',
  judgeStack: (resources) =>
    resources.some(({ type }) => type === gcp.routerNat)
      ? []
      : resources
          .filter(
            ({ type, props }) => type === gcp.cluster && at(props, 'privateClusterConfig.enablePrivateNodes') === true,
          )
          .map((resource) => ({
            resource,
            path: 'privateClusterConfig.enablePrivateNodes',
            fault: 'leaves nodes without a way out: add compute.RouterNat for their network',
          })),
};
