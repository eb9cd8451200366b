import type { Section } from '@agent-factory/contract';
import { html, number, type Markup } from './markup';

export type Chart = Section['charts'][number];
type Point = Chart['points'][number];

const width = 640;

/** A chart as a figure: a picture with a caption, and its numbers for those who cannot see it. */
export function chart({ title, kind, unit, points, total }: Chart): Markup {
  const cut = total > points.length ? ` (${number(points.length)} of ${number(total)})` : '';
  const asLine = kind === 'line' && points.length > 2; // two points are no course
  const drawing = asLine ? lines(points, unit, title) : bars(points, unit, title);
  return html`<figure class="chart">
    <figcaption>${title}${cut}</figcaption>
    ${drawing}${asLine ? numbers(points, unit, title) : ''}
  </figure>`;
}

/** Length of each bar as a share of the longest, 0 to 1; all 0 when there is nothing above 0. */
export function shares(values: readonly number[]): number[] {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  return values.map((value) => (most > 0 && Number.isFinite(value) ? Math.max(0, value) / most : 0));
}

/** Bars that lie, so that long names can be read: a list, as that is what it is. */
function bars(points: readonly Point[], unit: string, title: string): Markup {
  const lengths = shares(points.map(({ value }) => value));
  const row = ({ label, value }: Point, index: number): Markup =>
    html`<li>
      <span class="bar-label" title="${label}">${label}</span>
      <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-track" width="100" height="10" />
        <rect class="bar-fill" width="${((lengths[index] ?? 0) * 100).toFixed(2)}" height="10" />
      </svg>
      <span class="bar-value">${number(value)}${unit === '' ? '' : ` ${unit}`}</span>
    </li>`;
  return html`<ol class="bars" aria-label="${title}">
    ${points.map(row)}
  </ol>`;
}

const plot = { left: 8, right: 8, top: 14, bottom: 22, height: 170 };

/** Where each point stands in the picture: first at the left, the highest at the top, 0 at the bottom. */
export function linePoints(values: readonly number[]): { x: number; y: number }[] {
  const inner = { width: width - plot.left - plot.right, height: plot.height - plot.top - plot.bottom };
  const lengths = shares(values);
  const step = values.length > 1 ? inner.width / (values.length - 1) : 0;
  return lengths.map((share, index) => ({
    x: plot.left + (values.length > 1 ? index * step : inner.width / 2),
    y: plot.top + inner.height * (1 - share),
  }));
}

function lines(points: readonly Point[], unit: string, title: string): Markup {
  const places = linePoints(points.map(({ value }) => value));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="muted">Nothing to draw.</p>`;
  const base = plot.height - plot.bottom;
  const path = places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const most = points.reduce(
    (best, point) => (point.value > best.value ? point : best),
    points[0] ?? { label: '', value: 0 },
  );
  const peak = `${number(most.value)}${unit === '' ? '' : ` ${unit}`}`;
  const about = `${title}: ${points.length} points from ${points[0]?.label ?? ''} to ${points.at(-1)?.label ?? ''}, highest ${peak} at ${most.label}`;
  return html`<svg class="line" viewBox="0 0 ${width} ${plot.height}" role="img" aria-label="${about}">
    <line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${plot.top}" y2="${plot.top}" />
    <line class="axis" x1="${plot.left}" x2="${width - plot.right}" y1="${base}" y2="${base}" />
    <polygon class="line-area" points="${first.x.toFixed(1)},${base} ${path} ${last.x.toFixed(1)},${base}" />
    <polyline class="line-stroke" points="${path}" />
    <text x="${plot.left}" y="${plot.top - 3}">${peak}</text>
    <text x="${plot.left}" y="${plot.height - 6}">${points[0]?.label}</text>
    <text x="${width - plot.right}" y="${plot.height - 6}" text-anchor="end">${points.at(-1)?.label}</text>
  </svg>`;
}

function numbers(points: readonly Point[], unit: string, title: string): Markup {
  const rows = points.map(
    ({ label, value }) =>
      html`<tr>
        <th scope="row">${label}</th>
        <td class="right">${number(value)}</td>
      </tr>`,
  );
  return html`<details class="numbers">
    <summary>Numbers</summary>
    <table>
      <caption class="hidden">
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col" class="right">${unit === '' ? 'Value' : unit}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details>`;
}
