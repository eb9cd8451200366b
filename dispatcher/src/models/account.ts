import type { LeaseRef, TaskSpec, Usage } from '@agent-factory/contract';
import { FactoryError, noUsage } from '@agent-factory/contract';
import type { TaskQueue } from '../queue/port';
import type { Clock } from '../clock';

/** What the gateway may do with the queue. */
export type UsageMeter = Pick<TaskQueue, 'meter'>;

/** Who pays for a call. */
export interface Payer {
  lease: LeaseRef;
  agentId: string;
}

/** Checks that the agent holds the lease and answers what the task has used. Throws the codes of leases. */
export function askUsage(meter: UsageMeter, payer: Payer): Promise<{ usage: Usage; limits: TaskSpec['limits'] }> {
  return meter.meter(payer.lease, payer.agentId, noUsage);
}

const tries = 3;
const retryMs = 100;

/** Adds what a call used. While the store does not answer it is asked again, at most three times in all. */
export async function addUsage(meter: UsageMeter, payer: Payer, add: Usage, clock: Clock): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await meter.meter(payer.lease, payer.agentId, add);
      return;
    } catch (error) {
      if (!(error instanceof FactoryError) || error.code !== 'STORE_UNAVAILABLE' || attempt >= tries) throw error;
      await new Promise<void>((resolve) => clock.after(retryMs * 2 ** (attempt - 1), resolve));
    }
  }
}
