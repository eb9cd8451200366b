import { forTypes, type Resource } from './rule';
import { gcp } from './types';
import { at, later, type Value } from './value';

/** For rules on nodes: pools, and the pool that a cluster has to begin with. */
export const nodeTypes = forTypes(gcp.cluster, gcp.nodePool);

/** Settings of nodes and their path. None where Google decides (Autopilot) or the first pool is taken away as it is. */
export function nodeConfigs({ type, props }: Resource): { path: string; config: Value }[] {
  const config = at(props, 'nodeConfig');
  if (config === later || at(props, 'enableAutopilot') === true) return [];
  if (type === gcp.cluster && config === undefined && at(props, 'removeDefaultNodePool') === true) return [];
  return [{ path: 'nodeConfig', config }];
}
