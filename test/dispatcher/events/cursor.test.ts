import { agentTypeNames, FactoryError } from '@agent-factory/contract';
import * as fc from 'fast-check';
import {
  readAllCursor,
  readTaskCursor,
  typeHash,
  writeAllCursor,
  writeTaskCursor,
} from '../../../dispatcher/src/events/cursor';

const position = fc.record({ ms: fc.integer({ min: 0, max: 2 ** 45 }), seq: fc.nat({ max: 100_000 }) });

test('no two types share a hash', () => {
  expect(new Set(agentTypeNames.map(typeHash)).size).toBe(agentTypeNames.length);
});

test('a cursor over all types reads as it was written', () => {
  const vector = fc.tuple(...agentTypeNames.map(() => position));
  fc.assert(
    fc.property(vector, fc.constantFrom(...agentTypeNames), fc.nat({ max: 999_999 }), (places, current, seen) => {
      const positions = new Map(agentTypeNames.map((type, index) => [type, places[index] ?? { ms: 0, seq: 0 }]));
      expect(readAllCursor(writeAllCursor(positions, current)(seen))).toEqual({
        positions,
        since: Math.min(...[...positions.values()].map(({ ms }) => ms)),
        current,
        seen,
      });
    }),
  );
});

test('a cursor of a task reads as it was written', () => {
  fc.assert(
    fc.property(position, fc.nat({ max: 1_000 }), position, (events, seen, log) => {
      expect(readTaskCursor(writeTaskCursor({ events, seen, log }))).toEqual({ events, seen, log });
    }),
  );
});

test('a cursor stays short with all types at about the same time', () => {
  const positions = new Map(
    agentTypeNames.map((type, index) => [type, { ms: 1_900_000_000_000 + index * 60_000, seq: index }]),
  );
  expect(writeAllCursor(positions, 'python')(1_000).length).toBeLessThan(150);
});

test('any other text is refused, never misread', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
      ),
      (text) => {
        for (const read of [readAllCursor, readTaskCursor])
          expect(['read', 'CURSOR_INVALID']).toContain(outcome(read, text));
      },
    ),
  );
});

function outcome(read: (text: string) => unknown, text: string): unknown {
  try {
    read(text);
    return 'read';
  } catch (error) {
    return error instanceof FactoryError ? error.code : error;
  }
}
