import { systemClock, type Clock } from '../clock';
import type { Kubernetes } from '../kubernetes/client';
import type { Logger } from '../log';
import { createLoop, type Loop } from './loop';
import type { ReleaseOrders } from './port';

export interface GonePodsOptions {
  orders: Pick<ReleaseOrders, 'bound' | 'gone'>;
  kubernetes: Pick<Kubernetes, 'listPodUids'>;
  namespace: string;
  log: Logger;
  clock?: Clock;
}

/** Milliseconds between two rounds. */
const everyMs = 10_000;

/**
 * Finds out, every 10 s, which pods that agents registered from are gone, so that their tokens, which live on for minutes, are refused. A pod
 * is there before its agent registers: one that registered before the cluster was asked and is not among its pods is gone.
 */
export function createGonePods({ orders, kubernetes, namespace, log, clock = systemClock }: GonePodsOptions): Loop {
  return createLoop(async () => {
    try {
      const { at, uids } = await orders.bound();
      if (uids.length === 0) return everyMs;
      const living = await kubernetes.listPodUids(namespace);
      let gone = 0;
      for (const uid of uids) if (!living.has(uid) && (await orders.gone(uid, at))) gone += 1;
      if (gone > 0) log.info({ namespace, gone }, 'pods of agents are gone');
    } catch (error) {
      log.warn({ err: error, namespace }, 'pods could not be looked up');
    }
    return everyMs;
  }, clock);
}
