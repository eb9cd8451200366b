import { taskSpecSchema, type Assignment, type DispatcherFrame, type LeaseRef } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { Session } from '../../../dispatcher/src/grpc/worker/session';
import { smallPlan } from './harness';
import { ghost } from './testAgent';

const spec = taskSpecSchema.parse({ type: 'python', brain: smallPlan });

function lease(index: number, epoch = 1): LeaseRef {
  return { id: ghost('python').id.slice(0, -2) + String(index).padStart(2, '0'), epoch };
}

function assignment(ref: LeaseRef): Assignment {
  return { ...ref, attempt: 1, crew: 'c', timeout_ms: 1, lease_ms: 1, spec };
}

function session(slots = 100): { session: Session; sent: DispatcherFrame[] } {
  const sent: DispatcherFrame[] = [];
  const out = { closed: false, send: (frame: DispatcherFrame) => sent.push(frame), end: () => undefined };
  const agent = { id: 'a', type: 'python' as const, version: '1', slots, tools: [], confinement: '' };
  return { session: new Session(agent, { ...out, fail: () => undefined }), sent };
}

const ids = (leases: readonly LeaseRef[]): string[] => leases.map(({ id }) => id).sort();

test('after a heartbeat it holds what the agent names and what had not reached it yet, and no more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 30 }),
      fc.nat(30),
      fc.array(fc.boolean(), { maxLength: 5 }),
      (assigned, received, brought) => {
        const { session: one } = session();
        const named: LeaseRef[] = [];
        brought.forEach((isNamed, index) => {
          one.hold(lease(50 + index));
          if (isNamed) named.push(lease(50 + index));
        });
        assigned.forEach((isNamed, index) => {
          one.assign([assignment(lease(index))]);
          if (isNamed && index < received) named.push(lease(index));
        });
        const held = one.held;
        const over = one.dropUnnamed(named, received);
        const onTheWay = assigned.map((_, index) => lease(index)).slice(received);
        expect(ids(one.held)).toEqual(ids([...named, ...onTheWay]));
        expect(ids([...one.held, ...over])).toEqual(ids(held));
      },
    ),
  );
});

test('a lease that is taken again under a later epoch is on its way anew, and can be cancelled anew', () => {
  const { session: one, sent } = session();
  one.assign([assignment(lease(1, 1))]);
  one.cancel([lease(1).id], 'no');
  one.assign([assignment(lease(1, 2))]);
  expect(one.dropUnnamed([], 1)).toEqual([]);
  expect(one.drop([lease(1, 1)])).toBe(false);
  one.cancel([lease(1).id], 'no');
  expect(sent.flatMap((frame) => (frame.kind === 'cancels' ? frame.leases : []))).toEqual([lease(1, 1), lease(1, 2)]);
  expect(one.dropUnnamed([lease(1, 1)], 2)).toEqual([lease(1, 2)]);
});
