import type { EventKind, FactoryEvent } from '@agent-factory/contract';
import { followEvents } from '../../../dispatcher/src/grpc/worker/wakeUps';
import { Roster } from '../../../dispatcher/src/grpc/worker/roster';
import { Session } from '../../../dispatcher/src/grpc/worker/session';
import { ghost } from './testAgent';

/** Tells one event to an agent that holds one lease; answers what came of it. */
function told(kind: EventKind, attempt = 1, agentId = 'a'): { woken: string[]; busy: number; verified: string[] } {
  const roster = new Roster();
  const out = { closed: false, send: () => undefined, end: () => undefined, fail: () => undefined };
  const agent = { id: 'a', type: 'python' as const, version: '1', slots: 1, tools: [], confinement: '' };
  const session = new Session(agent, out);
  session.hold(ghost('python'));
  roster.add(session);
  const woken: string[] = [];
  const verified: string[] = [];
  let tell = (_events: readonly FactoryEvent[]): void => undefined;
  const subscribe = (listener: typeof tell) => {
    tell = listener;
    return () => undefined;
  };
  followEvents({ subscribe }, { wake: (type) => woken.push(type) }, roster, ({ id }) => verified.push(id));
  const { id } = ghost('python');
  tell([{ id: '1', at: '2030-01-01T00:00:00.000Z', kind, type: 'python', task_id: id, attempt, agent_id: agentId }]);
  return { woken, busy: session.busy, verified };
}

test.each<EventKind>(['queued', 'released', 'lost', 'redriven', 'resumed'])('%s wakes claims', (kind) => {
  expect(told(kind).woken).toEqual(['python']);
});

test.each<EventKind>(['retrying', 'delayed', 'claimed', 'succeeded', 'paused', 'progress', 'cancel_requested'])(
  '%s wakes nobody: nothing waits after it that did not before',
  (kind) => expect(told(kind)).toMatchObject({ woken: [], busy: 1 }),
);

test.each<EventKind>(['lost', 'failed', 'cancelled'])(
  '%s frees the slot of that lease, and it can be filled',
  (kind) => {
    expect(told(kind)).toMatchObject({ woken: ['python'], busy: 0 });
  },
);

test('the registration of an agent that has a stream here, maybe dead, has that stream verified, and no other', () => {
  expect(told('agent_registered').verified).toEqual(['a']);
  expect(told('agent_registered', 1, 'b').verified).toEqual([]);
  expect(told('agent_gone').verified).toEqual([]);
});

test('the end of an older attempt frees nothing', () => {
  expect(told('failed', 2)).toMatchObject({ woken: [], busy: 1 });
});
