import { diskFault, diskSpace, DiskWatch, reserveBytes } from '../../../agent-runtime/src/tools/process/disk';

const gib = 1_073_741_824;
const mib = 1_048_576;
const disk = (total: number, available: number) => ({ total, available });

test('5 % of a disk stays free, within 1 and 8 GiB', () => {
  expect([10, 100, 4_000].map((size) => reserveBytes(size * gib) / gib)).toEqual([1, 5, 8]);
});

test('what takes more than 8 GiB at once is stopped, on the largest disk', () => {
  expect(diskFault(disk(4_000 * gib, 900 * gib), disk(4_000 * gib, 892 * gib))).toBeUndefined();
  expect(diskFault(disk(4_000 * gib, 900 * gib), disk(4_000 * gib, 892 * gib - 1))).toMatch(/more than 8192 MiB/);
});

test('what takes the reserve is stopped, and told how much is free', () => {
  expect(diskFault(disk(100 * gib, 6 * gib), disk(100 * gib, 5 * gib))).toBeUndefined();
  expect(diskFault(disk(100 * gib, 6 * gib), disk(100 * gib, 5 * gib - mib))).toMatch(/nearly full \(5119 MiB free\)/);
});

test('a disk that was full before stops nobody who takes little, until nothing is left', () => {
  expect(diskFault(disk(100 * gib, 2 * gib), disk(100 * gib, 2 * gib - 64 * mib))).toBeUndefined();
  expect(diskFault(disk(100 * gib, 2 * gib), disk(100 * gib, 2 * gib - 65 * mib))).toMatch(/nearly full/);
  expect(diskFault(disk(100 * gib, 200 * mib), disk(100 * gib, 200 * mib))).toMatch(/nearly full/);
});

test('the watch compares with the start of the programs, and a disk that cannot be asked is no fault', () => {
  const seen = [
    disk(100 * gib, 50 * gib),
    disk(100 * gib, 41 * gib),
    disk(100 * gib, 41 * gib),
    disk(100 * gib, 40 * gib),
  ];
  const watch = new DiskWatch(() => seen.shift());
  watch.start();
  expect(watch.fault()).toMatch(/more than 8192 MiB/);
  watch.start();
  expect(watch.fault()).toBeUndefined();
  expect(watch.fault()).toBeUndefined();
  expect(diskSpace('/missing-folder')).toBeUndefined();
  expect(diskSpace('/')?.total).toBeGreaterThan(0);
});
