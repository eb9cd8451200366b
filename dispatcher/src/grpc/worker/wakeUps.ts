import type { EventKind, FactoryEvent } from '@agent-factory/contract';
import type { EventLog } from '../../events/port';
import type { ClaimLoops } from './claimLoops';
import type { Roster } from './roster';
import type { Session } from './session';

/** After these a task may wait that did not before. A task that is `retrying` waits for its backoff first, and is `queued` after it. */
const wakingKinds: ReadonlySet<EventKind> = new Set<EventKind>(['queued', 'released', 'lost', 'redriven', 'resumed']);

/** After these an attempt is over, whoever ended it. */
const endingKinds: ReadonlySet<EventKind> = new Set<EventKind>(['lost', 'failed', 'cancelled']);

/**
 * Wakes claims, passes cancels on and frees what is over as the log tells of them; has the session of an agent verified that registered, maybe
 * elsewhere, while its stream here is dead unnoticed. The answer ends that.
 */
export function followEvents(
  events: Pick<EventLog, 'subscribe'>,
  loops: Pick<ClaimLoops, 'wake'>,
  roster: Pick<Roster, 'ofType' | 'get'>,
  verify: (session: Session) => void,
): () => void {
  return events.subscribe((batch) => {
    const woken = new Set(batch.filter(({ kind }) => wakingKinds.has(kind)).map((event) => event.type));
    for (const event of batch) {
      if (event.kind === 'cancel_requested') passCancelOn(event, roster);
      else if (event.kind === 'agent_registered') verifyStream(event, roster, verify);
      else if (endingKinds.has(event.kind) && freeSlot(event, roster)) woken.add(event.type);
    }
    for (const type of woken) loops.wake(type);
  });
}

function passCancelOn({ type, task_id: id, message }: FactoryEvent, roster: Pick<Roster, 'ofType'>): void {
  if (id === undefined) return;
  for (const session of roster.ofType(type)) session.cancel([id], message ?? 'cancelled by a client');
}

function verifyStream(
  { agent_id: id }: FactoryEvent,
  roster: Pick<Roster, 'get'>,
  verify: (session: Session) => void,
): void {
  const session = id === undefined ? undefined : roster.get(id);
  if (session !== undefined) verify(session);
}

/** The lease of an attempt that is over keeps no slot busy. Its agent hears of it with its next heartbeat, if it still works on it. */
function freeSlot({ type, task_id: id, attempt: epoch }: FactoryEvent, roster: Pick<Roster, 'ofType'>): boolean {
  if (id === undefined || epoch === undefined) return false;
  return roster.ofType(type).filter((session) => session.drop([{ id, epoch }])).length > 0;
}
