import { systemClock, type Clock } from '../clock';
import type { Kubernetes } from '../kubernetes/client';
import { KubernetesError } from '../kubernetes/error';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { RecyclerConfig } from './config';
import { createLoop, type Loop } from './loop';
import type { ReleaseOrder, ReleaseOrders } from './port';
import { recycleOne } from './recycle';

export interface RecyclerOptions {
  orders: ReleaseOrders;
  kubernetes: Pick<Kubernetes, 'getPod' | 'deletePod'>;
  config: Pick<RecyclerConfig, 'namespace' | 'labels' | 'deletes_per_second'>;
  log: Logger;
  metrics: Pick<Metrics, 'recycledSandboxes'>;
  clock?: Clock;
}

/** Milliseconds: between looks for orders, until an order whose taker died is taken again, and of the pauses after failures. */
const times = { pollMs: 1_000, holdMs: 60_000, firstRetryMs: 1_000, lastRetryMs: 60_000 } as const;

/** Milliseconds after the given number of failures in a row: doubles from 1 s to 60 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(times.lastRetryMs, times.firstRetryMs * 2 ** Math.min(failures - 1, 10));
}

/** Deletes the pods of released sandboxes, one after the other and not too fast. What fails is tried again until it is done. */
export function createRecycler(options: RecyclerOptions): Loop {
  const { orders, kubernetes, config, log, metrics, clock = systemClock } = options;
  let failures = 0;

  const recycle = async (order: ReleaseOrder): Promise<number> => {
    const { pod, uid, reason } = order;
    const outcome = await recycleOne(kubernetes, config, order);
    await orders.done(uid);
    failures = 0;
    metrics.recycledSandboxes.inc({ outcome });
    const told = { namespace: config.namespace, pod, uid, reason, outcome };
    if (outcome === 'refused') log.error(told, 'a pod without the labels of an agent was released: it is not deleted');
    else log.info(told, 'a released sandbox was recycled');
    return 1_000 / config.deletes_per_second;
  };

  const failed = async (order: ReleaseOrder | undefined, error: unknown): Promise<number> => {
    failures += 1;
    log.warn({ err: error, pod: order?.pod, uid: order?.uid }, 'a released sandbox could not be recycled yet');
    if (order !== undefined) {
      metrics.recycledSandboxes.inc({ outcome: 'failed' });
      // Should this fail too, the order is due again when its hold is over.
      await orders.later(order.uid, retryDelayMs(order.tries)).catch(() => undefined);
    }
    const asked = error instanceof KubernetesError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
    return Math.max(retryDelayMs(failures), Math.min(asked, times.lastRetryMs));
  };

  return createLoop(async () => {
    let order: ReleaseOrder | undefined;
    try {
      order = await orders.take(times.holdMs);
      return order === undefined ? times.pollMs : await recycle(order);
    } catch (error) {
      return failed(order, error);
    }
  }, clock);
}
