import { lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { linePoints, shares } from '../../../cli/src/audit/html/charts';
import { groupByRule, rankFindings, topFindings } from '../../../cli/src/audit/html/findings';
import { breakable, escape, render } from '../../../cli/src/audit/html/markup';
import { renderPage } from '../../../cli/src/audit/html/page';
import { auditReportSchema, retriedAttempts } from '../../../cli/src/audit/report';
import { safeName, writeLatest } from '../../../cli/src/audit/write';
import { temporaryFolder } from '../support/folder';
import { attempt, finding, sampleReport, section, usage } from './sampleReport';

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u202egnp.exe\u0000\u001b[31m`;

/** The page without what the program itself wrote into it as style. */
const bodyOf = (page: string): string => page.slice(page.indexOf('<body>'));

test('the sample fits the schema of reports', () => {
  expect(auditReportSchema.safeParse(sampleReport()).error).toBeUndefined();
});

test('hostile names in every place come out as text', () => {
  const report = sampleReport({
    python: {
      section: section({
        title: hostile,
        summary: hostile,
        facts: [{ label: hostile, value: hostile, unit: hostile.slice(0, 20) }],
        tables: [{ title: hostile, columns: [{ key: 'k', label: hostile }], rows: [{ k: hostile }], total: 1 }],
        charts: [
          { title: hostile, kind: 'bar', unit: hostile.slice(0, 20), points: [{ label: hostile, value: 1 }], total: 1 },
          {
            title: hostile,
            kind: 'line',
            unit: '',
            points: Array.from({ length: 4 }, (_, value) => ({ label: hostile, value })),
            total: 4,
          },
        ],
        findings: [
          finding({ severity: 'critical', title: hostile, path: hostile, line: 1, detail: hostile, advice: hostile }),
          finding({ title: hostile, path: hostile }),
          finding({ title: hostile, path: hostile }),
        ],
        findings_total: 3,
        notes: [hostile],
      }),
      comment: { task_id: 'x', text: hostile, usage },
    },
    tester: { suites: [{ name: hostile, outcome: 'failed', exit_code: 1, output: hostile }] },
    ml: {
      state: 'failed',
      section: undefined,
      error: { code: 'TOOL_FAILED', message: hostile, retryable: false },
      attempts: [attempt({ agent_id: hostile, outcome: 'lost' }), attempt({ attempt: 2 })],
    },
  });
  report.repository.name = hostile;
  report.repository.branch = hostile;
  const page = renderPage(report);
  expect(page).not.toMatch(/<script|<img|onerror='|\u202e|(?![\t\n])\p{Cc}/u);
  const tags = new Set([...bodyOf(page).matchAll(/<\/?([a-zA-Z][^\s>/]*)/g)].map(([, tag]) => tag));
  expect([...tags].toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
    'a',
    'blockquote',
    'body',
    'caption',
    'code',
    'dd',
    'details',
    'div',
    'dl',
    'dt',
    'figcaption',
    'figure',
    'h1',
    'h2',
    'h3',
    'header',
    'html',
    'li',
    'line',
    'main',
    'nav',
    'ol',
    'p',
    'polygon',
    'polyline',
    'pre',
    'rect',
    'section',
    'span',
    'strong',
    'summary',
    'svg',
    'table',
    'tbody',
    'td',
    'text',
    'th',
    'thead',
    'tr',
    'ul',
    'wbr',
  ]);
});

test('no text can end the text or the attribute it stands in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escape(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(escaped).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});

test('places to break a text add nothing to it, and no long run is without one', () => {
  const path = fc.string({ unit: fc.constantFrom('a', '/', '_', ' ', '.', '1', '😀', '<'), maxLength: 200 });
  fc.assert(
    fc.property(path, (text) => {
      const pieces = render(breakable(text)).split('<wbr />');
      expect(pieces.join('')).toBe(escape(text));
      for (const piece of pieces) expect(piece.replaceAll('&lt;', '<')).not.toMatch(/\S{29}/u);
    }),
  );
  expect(render(breakable('src/a_b/index.ts 1.2.3'))).toBe('src/<wbr />a_<wbr />b/<wbr />index.ts 1.2.3');
});

test('the page asks nothing of the network and runs nothing', () => {
  const page = renderPage(sampleReport());
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/\b(src|srcset|action|data)="|href="(?!#)|url\(|@import|<link|<base/);
});

test('the page can be read with a keyboard and a screen reader', () => {
  const page = renderPage(sampleReport());
  expect(page).toContain('<html lang="en">');
  expect(page.match(/<h1/g)).toHaveLength(1);
  const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
  levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
  expect(page.match(/<table/g)).toHaveLength(page.match(/<caption/g)?.length ?? 0);
  expect(page).not.toMatch(/<th(?![^>]*scope=)[\s>]/);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  for (const [svg] of page.matchAll(/<svg[^>]*>/g))
    expect(svg).toMatch(/aria-hidden="true"|role="img" aria-label="[^"]+"/);
});

test('what was retried, why and by whom, and which parts failed, is in the page', () => {
  const lost = attempt({
    agent_id: 'security-1',
    outcome: 'lost',
    error: { code: 'WORKER_LOST', message: 'its lease ran out', retryable: true },
  });
  const report = sampleReport({
    security: { attempts: [lost, attempt({ attempt: 2, agent_id: 'security-2' })] },
    ml: {
      state: 'failed',
      section: undefined,
      error: { code: 'TOOL_FAILED', message: 'the disk is full', retryable: false },
    },
  });
  expect(retriedAttempts(report)).toEqual([
    {
      type: 'security',
      task: expect.stringMatching(/^security-/),
      attempt: 1,
      agent: 'security-1',
      outcome: 'lost',
      why: 'its lease ran out',
    },
  ]);
  const page = renderPage(report);
  expect(page).toContain('What was retried');
  expect(page).toContain('its lease ran out');
  expect(page).toContain('TOOL_FAILED: the disk is full');
  expect(page).toContain('Not all parts were done: ml.');
  expect(renderPage(sampleReport())).toContain('Nothing had to be done twice.');
});

test('the most severe findings come first, no rule fills the list, and “info” is no reason to look', () => {
  const many = [
    ...Array.from({ length: 9 }, () => finding({ severity: 'high', rule: 'loud' })),
    finding({ severity: 'critical', rule: 'quiet' }),
    finding({ severity: 'info', rule: 'fyi' }),
  ];
  const report = sampleReport({ security: { section: section({ findings: many, findings_total: 11 }) } });
  expect(rankFindings(report)[0]).toMatchObject({ rule: 'quiet', type: 'security' });
  expect(
    topFindings(report)
      .map(({ rule }) => rule)
      .slice(0, 3),
  ).toEqual(['quiet', 'loud', 'loud']);
  expect(topFindings(report).some(({ severity }) => severity === 'info')).toBe(false);
});

test('grouping loses no finding and keeps severities apart', () => {
  const any = fc
    .record({
      rule: fc.constantFrom('a', 'b'),
      severity: fc.constantFrom('critical' as const, 'low' as const),
      title: fc.string(),
    })
    .map((rest) => finding(rest));
  fc.assert(
    fc.property(fc.array(any), (findings) => {
      const groups = groupByRule(findings);
      expect(groups.flat()).toHaveLength(findings.length);
      expect(new Set(groups.flat())).toEqual(new Set(findings));
      for (const group of groups) expect(new Set(group.map(({ rule, severity }) => rule + severity)).size).toBe(1);
    }),
  );
});

test('charts stay inside their picture whatever the numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 60 }), (values) => {
      for (const share of shares(values)) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      for (const { x, y } of linePoints(values)) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(640);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(170);
      }
    }),
  );
});

test('the report is written as HTML and JSON, and “latest” follows the newest', () => {
  const reports = join(temporaryFolder(), 'reports');
  const first = writeLatest(sampleReport(), reports);
  const second = writeLatest({ ...sampleReport(), created_at: '2030-01-02T00:00:00.000Z' }, reports);
  expect(first.folder).not.toBe(second.folder);
  expect(lstatSync(join(reports, 'latest')).isSymbolicLink()).toBe(true);
  expect(join(reports, readlinkSync(join(reports, 'latest')))).toBe(second.folder);
  expect(auditReportSchema.parse(JSON.parse(readFileSync(second.json, 'utf8'))).sections).toHaveLength(12);
});

test('old reports go, and nothing else in the folder does', () => {
  const reports = join(temporaryFolder(), 'reports');
  mkdirSync(join(reports, 'mine'), { recursive: true });
  for (let day = 10; day < 65; day += 1) {
    const month = day < 38 ? `01-${day - 9}` : `02-${day - 37}`;
    const [m = '', d = ''] = month.split('-');
    writeLatest({ ...sampleReport(), created_at: `2030-${m}-${d.padStart(2, '0')}T00:00:00.000Z` }, reports);
  }
  const left = readdirSync(reports);
  expect(left.filter((name) => name.startsWith('sample-'))).toHaveLength(50);
  expect(left).toEqual(expect.arrayContaining(['latest', 'mine', 'sample-20300227-000000']));
  expect(left).not.toContain('sample-20300101-000000');
});

test('a report that does not fit its schema is not written', () => {
  const broken = { ...sampleReport(), schema_version: 2 } as unknown as Parameters<typeof writeLatest>[0]; // what a bug would make
  expect(() => writeLatest(broken, temporaryFolder())).toThrow(/schema_version/);
});

test.each([
  ['../../etc', 'etc'],
  ['.hidden', 'hidden'],
  ['a b/c', 'a-b-c'],
  ['', 'repository'],
])('a repository called "%s" gets a folder called "%s"', (name, expected) => {
  expect(safeName(name).replace(/^-/, '')).toBe(expected);
});

test('what the top of the page says of the whole is not said again in the part it came from', () => {
  const once = (report: ReturnType<typeof sampleReport>, text: string): number =>
    bodyOf(renderPage(report)).split(text).length - 1;
  const facts = Array.from({ length: 17 }, (_, index) => ({ label: `Fact ${index};`, value: index }));
  const own = section({ aspect: 'overview', summary: 'The whole.', facts });
  const [coordinator, python] = ['overview', 'languages_history'].map(
    (aspect) => sampleReport().sections.find((part) => part.aspect === aspect)?.type ?? '',
  );
  const report = sampleReport({ [coordinator ?? '']: { section: own } });
  expect(once(report, 'The whole.')).toBe(1);
  for (const { label } of facts) expect(once(report, label)).toBe(1);
  const without = sampleReport({
    [coordinator ?? '']: { section: section({ aspect: 'overview', facts: [] }) },
    [python ?? '']: { section: section({ aspect: 'languages_history', facts }) },
  });
  for (const { label } of facts) expect(once(without, label)).toBe(1);
});
