import { FactoryError } from '@agent-factory/contract';

/** The open event streams of a replica: bounded, and ended together. */
export interface StreamSet {
  readonly open: number;
  /** Takes a place; `signal` aborts when all are to end. Throws STREAM_LIMIT, SHUTTING_DOWN. Call `release` once. */
  take(): { signal: AbortSignal; end: () => void; release: () => void };
  /** Ends every stream and takes no more. */
  closeAll(): void;
}

export function createStreamSet(limit: number, onChange: (open: number) => void = () => {}): StreamSet {
  const controllers = new Set<AbortController>();
  let closed = false;
  return {
    get open() {
      return controllers.size;
    },
    take() {
      if (closed) throw new FactoryError('SHUTTING_DOWN', 'this dispatcher takes no new streams');
      if (controllers.size >= limit) throw new FactoryError('STREAM_LIMIT', `all ${limit} streams are taken`);
      const controller = new AbortController();
      controllers.add(controller);
      onChange(controllers.size);
      return {
        signal: controller.signal,
        end: () => controller.abort(),
        release: () => {
          if (controllers.delete(controller)) onChange(controllers.size);
        },
      };
    },
    closeAll() {
      closed = true;
      for (const controller of controllers) controller.abort();
    },
  };
}
