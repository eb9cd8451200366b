import { FactoryError } from '@agent-factory/contract';
import type { App } from './types';

/** Counts requests and, once told to stop, turns new ones away while those in flight finish. */
export interface Lifecycle {
  readonly stopping: boolean;
  /** From now on new requests get SHUTTING_DOWN. Resolves when none is in flight, or after `capMs`. */
  drain(capMs: number): Promise<void>;
  register(app: App): void;
}

export function createLifecycle(): Lifecycle {
  let stopping = false;
  let inFlight = 0;
  let whenIdle: (() => void) | undefined;
  return {
    get stopping() {
      return stopping;
    },
    async drain(capMs) {
      stopping = true;
      if (inFlight === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        whenIdle = resolve;
        timer = setTimeout(resolve, capMs);
      });
      clearTimeout(timer);
    },
    register(app) {
      app.addHook('onRequest', (request, reply, done) => {
        inFlight += 1;
        reply.raw.once('close', () => {
          inFlight -= 1;
          if (inFlight === 0) whenIdle?.();
        });
        if (!stopping || request.routeOptions.config.whileStopping === true) {
          done();
          return;
        }
        void reply.header('connection', 'close');
        done(new FactoryError('SHUTTING_DOWN', 'this dispatcher takes no new requests'));
      });
    },
  };
}
