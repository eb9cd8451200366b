import type { EventKind, FactoryEvent } from '@agent-factory/contract';
import type { EventLog } from '../../events/port';
import type { ClaimLoops } from './claimLoops';
import type { Roster } from './roster';

/** After these a task may wait that did not before. */
const wakingKinds: ReadonlySet<EventKind> = new Set<EventKind>([
  'queued',
  'released',
  'retrying',
  'lost',
  'redriven',
  'resumed',
]);

/** Wakes claims and passes cancels on as the log tells of them; the answer ends that. */
export function followEvents(
  events: Pick<EventLog, 'subscribe'>,
  loops: Pick<ClaimLoops, 'wake'>,
  roster: Pick<Roster, 'ofType'>,
): () => void {
  return events.subscribe((batch) => {
    for (const type of new Set(batch.filter(({ kind }) => wakingKinds.has(kind)).map((event) => event.type))) {
      loops.wake(type);
    }
    for (const event of batch) if (event.kind === 'cancel_requested') passCancelOn(event, roster);
  });
}

function passCancelOn({ type, task_id: id, message }: FactoryEvent, roster: Pick<Roster, 'ofType'>): void {
  if (id === undefined) return;
  for (const session of roster.ofType(type)) session.cancel([id], message ?? 'cancelled by a client');
}
