import { namespaces, type AgentPlan } from '../../types';
import { surge } from '../agent/workload';
import { labels } from '../labels';
import { bytesQuantity, cpuQuantity, mebibytes, millicores } from '../quantities';

/** What something takes at most: pods, cores and GiB. */
interface QuotaShare {
  pods: number;
  cpuRequests: number;
  cpuLimits: number;
  memoryRequests: number;
  memoryLimits: number;
  gpus: number;
}

/** What one pod of a type asks for and may use, both containers together. Cores and GiB. */
export function podShare({ resources: { cpu, memory } }: Pick<AgentPlan, 'resources'>, gpus = 0): QuotaShare {
  return {
    pods: 1,
    cpuRequests: cpu.request,
    cpuLimits: cpu.limit,
    memoryRequests: memory.request,
    memoryLimits: memory.limit,
    gpus,
  };
}

/**
 * A type's share of the quota: all its replicas, what a rollout adds, and as many again that are still leaving. More pods than that
 * wait, so that no fault makes a type grow past what was planned for it.
 */
export function quotaShare(plan: AgentPlan, gpus = 0): QuotaShare {
  const pods = plan.replicas.max + 2 * Math.max(1, surge(plan));
  const one = podShare(plan, gpus);
  return {
    pods,
    cpuRequests: pods * one.cpuRequests,
    cpuLimits: pods * one.cpuLimits,
    memoryRequests: pods * one.memoryRequests,
    memoryLimits: pods * one.memoryLimits,
    gpus: pods * gpus,
  };
}

/** ResourceQuota of the agents' namespace: the sum of the types' shares. */
export function agentsQuota(shares: readonly QuotaShare[]) {
  const sum = (field: keyof QuotaShare, round: (amount: number) => number = (amount) => amount): number =>
    shares.reduce((total, share) => total + round(share[field]), 0);
  const gpus = sum('gpus');
  return {
    apiVersion: 'v1' as const,
    kind: 'ResourceQuota' as const,
    metadata: { name: 'agents', namespace: namespaces.agents, labels: labels('namespace', namespaces.agents) },
    spec: {
      hard: {
        pods: String(sum('pods')),
        'requests.cpu': cpuQuantity(sum('cpuRequests', millicores) / 1_000),
        'limits.cpu': cpuQuantity(sum('cpuLimits', millicores) / 1_000),
        'requests.memory': bytesQuantity(sum('memoryRequests', mebibytes) / 1_024),
        'limits.memory': bytesQuantity(sum('memoryLimits', mebibytes) / 1_024),
        'requests.nvidia.com/gpu': String(gpus),
        // Agents are reached by nobody.
        services: '0',
        'services.loadbalancers': '0',
        'services.nodeports': '0',
      },
    },
  };
}
