import type { ModelTarget } from './catalogue';
import type { CountedUsage } from './usage';

/** How a call ended; a label of metrics. */
export type CallOutcome = 'succeeded' | 'refused' | 'rate_limited' | 'timeout' | 'failed' | 'cancelled';

/** One call, for metrics. */
export interface CallObservation {
  tier: ModelTarget['tier'];
  outcome: CallOutcome;
  seconds: number;
  /** Undefined when the provider did no work. */
  usage: CountedUsage | undefined;
}

/** Told once a call. */
export type ModelObserver = (call: CallObservation) => void;

/** What the gateway needs of a logger; pino's and fastify's fit. */
export interface ModelLog {
  debug(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
