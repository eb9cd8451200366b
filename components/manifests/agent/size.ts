import type { AgentPlan } from '../../types';
import { mebibytes, millicores } from '../quantities';

/** Request and limit of a container: cores and GiB. */
export interface Size {
  cpu: Share;
  memory: Share;
}

interface Share {
  request: number;
  limit: number;
}

/** What the agent's own container gets of the type's resources, or half of them when they are less than twice this. */
const agentShare: Size = { cpu: { request: 0.25, limit: 1 }, memory: { request: 0.25, limit: 0.5 } };

/**
 * Divides a type's resources between the container of the agent and that of its tools: together they are exactly the
 * record's. Whole millicores and mebibytes.
 */
export function splitSize({ cpu, memory }: Pick<AgentPlan['resources'], 'cpu' | 'memory'>): {
  agent: Size;
  tools: Size;
} {
  const [agentCpu, toolsCpu] = split(cpu, agentShare.cpu, millicores, 1_000);
  const [agentMemory, toolsMemory] = split(memory, agentShare.memory, mebibytes, 1_024);
  return { agent: { cpu: agentCpu, memory: agentMemory }, tools: { cpu: toolsCpu, memory: toolsMemory } };
}

function split(whole: Share, share: Share, toUnits: (amount: number) => number, unit: number): [Share, Share] {
  const [request, limit] = [toUnits(whole.request), toUnits(whole.limit)];
  const ownRequest = Math.min(toUnits(share.request), Math.floor(request / 2));
  // The rest must not ask for more than it may use.
  const ownLimit = Math.min(toUnits(share.limit), Math.floor(limit / 2), limit - request + ownRequest);
  return [
    { request: ownRequest / unit, limit: ownLimit / unit },
    { request: (request - ownRequest) / unit, limit: (limit - ownLimit) / unit },
  ];
}
