import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderPage } from '../../../cli/src/audit/html/page';
import { which } from '../../../cli/src/local/machine';
import { temporaryFolder } from '../support/folder';
import { finding, sampleReport, section } from './sampleReport';

jest.setTimeout(60_000);

const browser = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  .map((name) => which(name))
  .find((found) => found !== undefined);

/** What a browser made of the page at one width, in pixels. */
interface Measured {
  /** By how much the page is wider than the window. */
  sticksOut: number;
  /** Tables of which a part lies below the end of their box, by title. */
  cutBelow: string[];
  /** Words in tables that are broken in their middle. */
  brokenWords: string[];
  /** The shortest and the longest bar of the first chart. */
  longestBar: number;
}

/** Runs in the page around the report. */
const measure = `
const page = document.querySelector('iframe').contentDocument;
const boxes = [...page.querySelectorAll('.scroll')];
const words = boxes.flatMap((box) => [...box.querySelectorAll('th,td')]).flatMap((cell) => {
  const walker = page.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const broken = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    for (const match of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = page.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(match[0]);
    }
  }
  return broken;
});
document.body.textContent = 'MEASURED' + JSON.stringify({
  sticksOut: page.documentElement.scrollWidth - page.documentElement.clientWidth,
  cutBelow: boxes.filter((box) => box.scrollHeight > box.clientHeight + 1).map((box) => box.getAttribute('aria-label')),
  brokenWords: words,
  longestBar: Math.max(0, ...[...page.querySelectorAll('.bar')].map((bar) => bar.getBoundingClientRect().width)),
}) + 'END';
`;

async function measured(page: string, width: number): Promise<Measured> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'report.html'), page);
  writeFileSync(
    join(folder, 'around.html'),
    `<!doctype html><body style="margin:0"><iframe src="report.html" style="border:0;width:${width}px;height:3000px"></iframe><script>onload = () => {${measure}}</script>`,
  );
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files', '--dump-dom'];
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const { stdout } = await promisify(execFile)(
    browser ?? '',
    [...options, profile, `file://${join(folder, 'around.html')}`],
    { timeout: 50_000, env: { PATH: process.env['PATH'], HOME: folder } },
  );
  const [, text = ''] = /MEASURED(.*?)END/s.exec(stdout) ?? [];
  return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Measured; // what the script above makes
}

/** Long tables with many columns and long paths, as a large repository gives them. */
function largeReport(): string {
  const path = (index: number): string => `packages/application-server/source/modules/part_${index}/handlers.test.ts`;
  const columns = ['path', 'kind', 'name', 'lines', 'size', 'score'].map((key) => ({ key, label: key }));
  const rows = Array.from({ length: 50 }, (_, index) => ({
    path: path(index),
    kind: 'configuration',
    name: `@organisation/application-part-${index}`,
    lines: 1_234_567 + index,
    size: '1,234.5 KiB',
    score: index,
  }));
  const many = Array.from({ length: 14 }, (_, index) =>
    finding({ rule: `rule-${index}`, severity: 'high', title: 'A finding with a longer title', path: path(index) }),
  );
  const chart = {
    title: 'A chart',
    kind: 'bar' as const,
    unit: 'lines',
    total: 1,
    points: [{ label: path(1), value: 9 }],
  };
  return renderPage(
    sampleReport({
      python: {
        section: section({
          tables: [{ title: 'Many', columns, rows, total: 90 }],
          charts: [chart],
          findings: many,
          findings_total: 14,
        }),
      },
    }),
  );
}

// Left out, and counted as left out, where no browser is on PATH.
const inBrowser = browser === undefined ? test.skip : test;

inBrowser(
  'in chromium, on a telephone nothing is cut, no word is broken and the page does not move sideways',
  async () => {
    const { longestBar, ...rest } = await measured(largeReport(), 390);
    expect(rest).toEqual({ sticksOut: 0, cutBelow: [], brokenWords: [] });
    expect(longestBar).toBeGreaterThan(200);
  },
);

inBrowser.each([320, 768, 1280])(
  'in chromium, at %i px no word is broken and the page does not move sideways',
  async (width) => {
    expect(await measured(largeReport(), width)).toMatchObject({ sticksOut: 0, brokenWords: [] });
  },
);
