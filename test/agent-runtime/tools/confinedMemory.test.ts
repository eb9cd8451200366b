import { kilobyteLines, memoryOf } from '../../../agent-runtime/src/tools/process/memory';

const status = 'Name:\tx\nVmRSS:\t  900 kB\nRssAnon:\t     100 kB\nRssFile:\t  700 kB\nRssShmem:\t  100 kB\n';
const rollup = 'Pss:  500 kB\nPss_Anon:  50 kB\nPss_File:  400 kB\nPss_Shmem:  50 kB\n';
const files: Record<string, string> = { '/proc/1/status': status, '/proc/2/status': status };
const read = (path: string): string => files[path] ?? '';

test('lines are summed in bytes, and a missing one is no zero', () => {
  expect(kilobyteLines(status, ['RssAnon', 'RssShmem'])).toBe(204_800);
  expect(kilobyteLines(status, ['RssAnon', 'Rss'])).toBeUndefined();
});

test('shared memory counts, pages of files do not', () => {
  expect(memoryOf(['1', '2'], 1_000_000, read)).toBe(409_600);
});

test('near the limit, what processes share counts once; one that hides its maps counts whole', () => {
  const all = { ...files, '/proc/1/smaps_rollup': rollup };
  expect(memoryOf(['1', '2', '3'], 1_000, (path) => (all as Record<string, string>)[path] ?? '')).toBe(
    102_400 + 204_800,
  );
});
