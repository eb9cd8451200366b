import { statSync } from 'node:fs';
import { kilobyteLines, memoryLimit, memoryOf } from '../../../agent-runtime/src/tools/process/memory';
import { deviceName, mappedBytes, memoryFolders } from '../../../agent-runtime/src/tools/process/tmpfs';

const status = 'Name:\tx\nVmRSS:\t  900 kB\nRssAnon:\t     100 kB\nRssFile:\t  700 kB\nRssShmem:\t  100 kB\n';
const rollup = 'Pss:  500 kB\nPss_Anon:  50 kB\nPss_File:  400 kB\nPss_Shmem:  50 kB\n';
const smaps = [
  '7f0000000000-7f0000010000 rw-s 00000000 00:2a 5                          /tmp/shared (deleted)',
  'Rss:                  80 kB',
  'Pss:                  40 kB',
  'Anonymous:             0 kB',
  '7f0000020000-7f0000030000 rw-p 00000000 00:2a 6                          /tmp/changed',
  'Pss:                  30 kB',
  'Anonymous:            30 kB',
  '7f0000040000-7f0000050000 rw-s 00000000 00:01 7                          /dev/zero (deleted)',
  'Pss:                  20 kB',
  'Anonymous:             0 kB',
  '',
].join('\n');
const kib = 1_024;

/** Processes 1 and 2, with the other files that are given, and a folder that is memory. */
function source(more: Record<string, string> = {}, used = 0) {
  const files: Record<string, string> = { '/proc/1/status': status, '/proc/2/status': status, ...more };
  return {
    read: (path: string): string => files[path] ?? '',
    folders: () => [{ path: '/tmp', device: '00:2a', used }],
  };
}

test('lines are summed in bytes, and a missing one is no zero', () => {
  expect(kilobyteLines(status, ['RssAnon', 'RssShmem'])).toBe(204_800);
  expect(kilobyteLines(status, ['RssAnon', 'Rss'])).toBeUndefined();
});

test('shared memory counts, pages of files do not', () => {
  expect(memoryOf(['1', '2'], 1_000_000, source())).toBe(409_600);
});

test('near the limit, what processes share counts once; one that hides its maps counts whole', () => {
  const near = source({ '/proc/1/smaps_rollup': rollup });
  expect(memoryOf(['1', '2', '3'], 1_000, near)).toBe(102_400 + 204_800);
});

test('files in memory count, whoever has written them', () => {
  expect(memoryOf([], 1, source({}, 500 * kib))).toBe(500 * kib);
  expect(memoryOf(['1'], 1_000 * kib, source({}, 500 * kib))).toBe(700 * kib);
});

test('near the limit, a file in memory that is mapped counts once', () => {
  const near = source({ '/proc/1/smaps_rollup': rollup, '/proc/1/smaps': smaps }, 500 * kib);
  expect(memoryOf(['1'], 1, near)).toBe((500 + 100 - 40) * kib);
  expect(memoryOf(['1'], 600 * kib, near)).toBe(600 * kib); // it need not be known exactly
});

test('maps of other devices, and what a process has changed for itself, are no files', () => {
  expect(mappedBytes(smaps, new Set(['00:2a']))).toBe(40 * kib);
  expect(mappedBytes(smaps, new Set(['00:01']))).toBe(20 * kib);
  expect(mappedBytes('', new Set(['00:2a']))).toBe(0);
});

(process.platform === 'linux' ? test : test.skip)('only folders that are in memory count; others are left out', () => {
  expect(memoryFolders([__dirname, '/nowhere'])).toEqual([]);
  const { dev } = statSync('/dev/shm', { bigint: true });
  expect(memoryFolders(['/dev/shm', '/dev/shm'])).toEqual([
    { path: '/dev/shm', device: deviceName(dev), used: expect.any(Number) },
  ]);
});

test('devices are named as the kernel names them', () => {
  expect(deviceName(0x2an)).toBe('00:2a');
  expect(deviceName(0x801n)).toBe('08:01');
  expect(deviceName(0x100301n)).toBe('03:101');
});

test('the limit is what is asked, else a share of the machine', () => {
  expect(memoryLimit(5)).toBe(5);
  expect(memoryLimit(null)).toBe(memoryLimit(undefined));
  expect(memoryLimit(null)).toBeLessThanOrEqual(4 * 2 ** 30);
});
