import type { AgentPlan } from '../../components/types';
import type { Tier } from '../config/pools';
import type { Configuration } from '../config/parse';
import type { Load } from './packing';

/** When the factory has nothing to do, and when every type is at its maximum. */
export type Moment = 'idle' | 'peak';

/** Pods of a tier at a moment. */
export function loadsOf(config: Configuration, tier: Tier, moment: Moment): Load[] {
  return tier === 'system'
    ? systemLoads(config, moment)
    : config.plans.filter(({ pool }) => pool === tier).map((plan) => agentLoad(plan, moment));
}

function agentLoad({ name, replicas, resources }: AgentPlan, moment: Moment): Load {
  return {
    name,
    request: { cores: resources.cpu.request, memoryGiB: resources.memory.request },
    count: moment === 'idle' ? replicas.min : replicas.max,
  };
}

function systemLoads({ dispatcher, queueMetric, queue }: Configuration, moment: Moment): Load[] {
  const { serve, modelGateway, metricsAdapter, recycler } = dispatcher;
  const apart = dispatcher.antiAffinity === 'required';
  const scaled = (name: string, role: typeof serve): Load => ({
    name,
    request: { cores: role.cpu, memoryGiB: role.memory },
    count: moment === 'idle' ? role.replicas : role.maxReplicas,
    apart,
  });
  const fixed = (name: string, cores: number, memoryGiB: number, count: number): Load => ({
    name,
    request: { cores, memoryGiB },
    count,
  });
  return [
    scaled('serve', serve),
    scaled('model-gateway', modelGateway),
    ...(queueMetric.backend === 'dispatcher'
      ? [{ ...fixed('metrics-adapter', metricsAdapter.cpu, metricsAdapter.memory, metricsAdapter.replicas), apart }]
      : []),
    ...(recycler.enabled ? [fixed('recycler', recycler.cpu, recycler.memory, 1)] : []),
    ...(queue.kind === 'inCluster' ? [fixed('redis', queue.cpu, queue.memoryGb, 1)] : []),
  ];
}
