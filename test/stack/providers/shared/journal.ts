import { recordCall } from './calls';
import { NotReadyError, RefusedError, type Target } from './provider';
import { redact } from './redact';
import type { Marked } from './values';

/** Writes down what the engine asked for, and keeps secrets out of what it is told. */
export interface Journal {
  /** Notes a request that cannot fail. */
  note(operation: string, target: Target, outcome: string, id?: string): void;
  /** Runs one operation: its outcome is noted, and no secret of `shown` gets into its error. */
  run<T>(operation: string, target: Target, id: string | undefined, shown: Marked, operate: () => T): T;
}

/** The journal of a state directory. */
export function openJournal(directory: string): Journal {
  const note: Journal['note'] = (operation, target, outcome, id) =>
    recordCall(directory, {
      operation,
      type: target.type,
      name: target.name,
      outcome,
      ...(id !== undefined && id !== '' && { id }),
    });
  return {
    note,
    run: (operation, target, id, shown, operate) => {
      try {
        const result = operate();
        note(operation, target, 'ok', id);
        return result;
      } catch (error) {
        note(operation, target, codeOf(error), id);
        throw error instanceof RefusedError ? new RefusedError(error.code, redact(error.message, shown)) : error;
      }
    },
  };
}

function codeOf(error: unknown): string {
  if (error instanceof NotReadyError) return 'NOT_READY';
  return error instanceof RefusedError ? error.code : 'INTERNAL';
}
