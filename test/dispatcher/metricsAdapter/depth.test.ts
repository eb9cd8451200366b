import * as fc from 'fast-check';
import { depthOf } from '../../../dispatcher/src/metricsAdapter/depth';

test('nothing to do is 0', () => {
  expect(depthOf({ waiting: 0, busy: 0 }, 5)).toBe(0);
});

test('an HPA never asks for fewer agents than are busy, and for as many more as what waits needs', () => {
  const counts = fc.nat({ max: 1_000_000 });
  fc.assert(
    fc.property(counts, counts, fc.integer({ min: 1, max: 1_000 }), (waiting, busy, target) => {
      // AverageValue: the controller divides the whole by the target and rounds up.
      const desired = Math.ceil(depthOf({ waiting, busy }, target) / target);
      expect(desired).toBe(busy + Math.ceil(waiting / target));
    }),
  );
});
