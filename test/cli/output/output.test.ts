import * as fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { bytes, duration } from '../../../cli/src/output/format';
import { formatLogLine } from '../../../cli/src/output/logLine';
import { progressLine } from '../../../cli/src/output/progress';
import { table } from '../../../cli/src/output/table';
import { clean } from '../../../cli/src/output/ui';

test('progress shows how far it is, what failed, and what runs as far as there is room', () => {
  const job = { done: 6, total: 12, failed: 1, retried: 2, now: ['python', 'security', 'ml'], elapsedMs: 4_200 };
  expect(progressLine(job, 100)).toBe('████████████░░░░░░░░░░░░ 6/12 (1 failed, 2 retried) 4 s  python, security, ml');
  expect(progressLine(job, 70)).toMatch(/ python \+2$/);
});

test('a progress line never is longer than the terminal is wide', () => {
  const job = fc.record({
    done: fc.nat(50),
    total: fc.nat(50),
    failed: fc.nat(9),
    retried: fc.nat(9),
    now: fc.array(fc.string({ maxLength: 12 })),
    elapsedMs: fc.nat(1e6),
  });
  fc.assert(
    fc.property(job, fc.integer({ min: 1, max: 200 }), (given, width) =>
      expect(progressLine({ ...given, done: Math.min(given.done, given.total) }, width).length).toBeLessThanOrEqual(
        width,
      ),
    ),
  );
});

test.each([
  [0, '0.0 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [812, '812 B'],
  [4_096, '4.0 KiB'],
  [536_870_912, '512 MiB'],
])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

test('columns are aligned, numbers to the right, and what is missing is a dash', () => {
  const rows = [
    { name: 'a', count: 5 },
    { name: 'longer', count: undefined },
  ];
  expect(
    table(rows, [
      { title: 'name', value: ({ name }) => name },
      { title: 'count', value: ({ count }) => count, align: 'right' },
    ]),
  ).toBe(['NAME    COUNT', 'a           5', 'longer      -'].join('\n'));
});

test('a line of our logs is put in words, any other line is shown as it is', () => {
  const line = stripVTControlCharacters(
    formatLogLine('{"level":50,"time":1893456000123,"msg":"it failed","task_id":"x"}'),
  );
  expect(line).toBe('00:00:00.123 error it failed task_id=x');
  expect(formatLogLine('1:M Ready to accept connections')).toBe('1:M Ready to accept connections');
  expect(formatLogLine('{"broken":')).toBe('{"broken":');
});

test('text from outside cannot steer the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(clean(`\u001b]0;title\u0007\u001b[2J${text}`)).not.toMatch(/(?![\t\n])\p{Cc}/u);
    }),
  );
});
