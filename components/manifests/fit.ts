import type { AgentPlan } from '../types';
import { splitSize } from './agent/size';
import { mebibytes, millicores } from './quantities';

/** What is wrong, where (below the type), and what to write instead. */
interface PlanFault {
  path: string;
  message: string;
}

/** What a node of the type's pool leaves for pods: cores and GiB. */
export interface NodeRoom {
  cpu: number;
  memoryGiB: number;
}

/** What the agent, and its tools, each need to start: Node.js with what it loads. */
const leastMebibytes = 128;
const leastMillicores = 10;

/** What a plan cannot run with, whatever the cluster: its containers would not start, or not fit on any node of its pool. */
export function podFaults(plan: AgentPlan, node: NodeRoom | undefined): PlanFault[] {
  const { cpu, memory } = plan.resources;
  const faults: PlanFault[] = [];
  for (const [name, { request, limit }] of Object.entries({ cpu, memory }))
    if (request > limit)
      faults.push({ path: `${name}.limit`, message: `${limit} is below the request: write at least ${request}` });
  const { agent, tools } = splitSize(plan.resources);
  const least = { memory: (2 * leastMebibytes) / 1_024, cpu: (2 * leastMillicores) / 1_000 };
  if (Math.min(agent.memory.request, tools.memory.request) < leastMebibytes / 1_024)
    faults.push({
      path: 'memory.request',
      message: `${memory.request} GiB is too little for an agent and its tools: write at least ${least.memory}`,
    });
  if (Math.min(millicores(agent.cpu.request), millicores(tools.cpu.request)) < leastMillicores)
    faults.push({
      path: 'cpu.request',
      message: `${cpu.request} is too little for an agent and its tools: write at least ${least.cpu}`,
    });
  if (node === undefined) return faults;
  if (millicores(cpu.request) > millicores(node.cpu))
    faults.push({
      path: 'cpu.request',
      message: `${cpu.request} cores fit on no node of pool ${plan.pool}, which leaves ${node.cpu}: write less, or a larger machine type`,
    });
  if (mebibytes(memory.request) > mebibytes(node.memoryGiB))
    faults.push({
      path: 'memory.request',
      message: `${memory.request} GiB fit on no node of pool ${plan.pool}, which leaves ${node.memoryGiB}: write less, or a larger machine type`,
    });
  return faults;
}
