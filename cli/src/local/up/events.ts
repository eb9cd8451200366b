import type { PartEvent } from '../supervisor/part';

/** What `up` tells while it works: lines for people, or one JSON object a line. */
export type UpEvent =
  | { event: 'said'; text: string }
  | { event: 'warned'; text: string; lines?: readonly string[] }
  | { event: 'starting'; part: string }
  | { event: 'ready'; part: string; seconds: number; again: boolean }
  | {
      event: 'crashed';
      part: string;
      how: string;
      restart_in_seconds: number;
      persistent: boolean;
      last_lines: readonly string[];
      log: string;
    }
  | { event: 'stopping'; what: string }
  | { event: 'stopped'; seconds: number };

/** The event of `up` for what a part told. */
export function fromPart(part: string, log: string, event: PartEvent): UpEvent {
  if (event.kind === 'started') return { event: 'starting', part };
  if (event.kind === 'ready') return { event: 'ready', part, seconds: seconds(event.afterMs), again: event.again };
  return {
    event: 'crashed',
    part,
    how: event.how,
    restart_in_seconds: seconds(event.restartInMs),
    persistent: event.persistent,
    last_lines: event.lastLines,
    log,
  };
}

export function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
