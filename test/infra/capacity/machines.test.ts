import { allocatable, machineOf, machineSeries, seriesOf } from '../../../infra/capacity/machines';
import { priceKeys } from '../../../infra/capacity/prices';

test.each([
  ['n2d-standard-8', { cores: 8, memoryGiB: 32 }],
  ['e2-highcpu-16', { cores: 16, memoryGiB: 16 }],
  ['c4-standard-4', { cores: 4, memoryGiB: 15 }],
  ['a2-highgpu-1g', { cores: 12, memoryGiB: 85 }],
])('%s is known', (type, machine) => {
  expect(machineOf(type)).toEqual(machine);
});

test.each(['n2d-huge-8', 'x9-standard-4', 'n2d-standard', 'n2d-standard-0'])('%s is not', (type) => {
  expect(machineOf(type)).toBeUndefined();
});

test('every series has its prices', () => {
  const missing = machineSeries
    .flatMap((series) => [`${series}.core.hour`, `${series}.gib.hour`])
    .filter((key) => !priceKeys.includes(key));
  expect(missing).toEqual([]);
  expect(machineSeries).toContain(seriesOf('n2d-standard-8'));
});

// The example of cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes, less GKE's own pods.
test('what is left of a node is what Google says, less its own pods', () => {
  const { cores, memoryGiB } = allocatable({ cores: 4, memoryGiB: 16 });
  expect(cores).toBeCloseTo(3.92 - 0.35, 2);
  expect(memoryGiB).toBeCloseTo(16 - 2.6 - 0.1 - 0.7, 2);
});

test('a tiny machine leaves nothing, never less', () => {
  expect(allocatable({ cores: 0.2, memoryGiB: 0.5 })).toEqual({ cores: 0, memoryGiB: 0 });
});
