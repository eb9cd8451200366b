import { agentTypeNames } from '@agent-factory/contract';
import type { Metrics } from '../metrics';
import type { DepthReader } from './reader';

/** Brings `task_queue_depth` up to date. Without a fresh reading there is no figure: silence can be noticed, an old number cannot. */
export async function collectDepths(
  reader: DepthReader,
  { taskQueueDepth }: Pick<Metrics, 'taskQueueDepth'>,
): Promise<void> {
  const depths = await reader.read().catch(() => undefined);
  for (const type of agentTypeNames) {
    const depth = depths?.of.get(type);
    if (depth === undefined) taskQueueDepth.remove({ agent_type: type });
    else taskQueueDepth.set({ agent_type: type }, depth);
  }
}
