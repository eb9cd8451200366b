import { agentType, type Section } from '@agent-factory/contract';
import type { AuditSection, SuiteRun } from '../report';
import { chart } from './charts';
import { findingList } from './findings';
import { breakable, html, number, type Content, type Markup } from './markup';

/** What of a part stands at the top of the page already, and is not said again. */
export interface AtTop {
  summary: boolean;
  /** How many of its facts, from the first. */
  facts: number;
}

/** One agent's part of the page. */
export function sectionBlock(part: AuditSection, atTop: AtTop): Markup {
  const { section } = part;
  const by = `${agentType(part.type).title}${part.seconds === undefined ? '' : `, ${number(part.seconds)} s`}`;
  return html`<section id="${part.type}" aria-labelledby="${part.type}-title">
    <header class="section-head">
      <h2 id="${part.type}-title">${section?.title ?? part.aspect.replaceAll('_', ' ')}</h2>
      <p class="by">${by}</p>
    </header>
    ${section === undefined ? failure(part) : body(section, atTop)} ${comment(part)}${suites(part)}
  </section>`;
}

function body(
  { summary, facts, findings, findings_total: total, charts, tables, notes }: Section,
  atTop: AtTop,
): Markup {
  const opening = html`${atTop.summary ? undefined : html`<p class="lead">${summary}</p>`}
  ${factList(facts.slice(atTop.facts))}`;
  return html`${opening} ${findingList(findings, total)} ${charts.filter(({ points }) => points.length > 0).map(chart)}
  ${tables.filter(({ rows }) => rows.length > 0).map(tableBlock)}
  ${
    notes.length === 0
      ? undefined
      : html`<h3>Notes</h3>
          <ul class="notes">
            ${notes.map((note) => html`<li>${note}</li>`)}
          </ul>`
  }`;
}

export function factList(facts: Section['facts']): Markup | undefined {
  if (facts.length === 0) return undefined;
  const fact = ({ label, value, unit }: Section['facts'][number]): Markup => {
    const shown = typeof value === 'number' ? number(value) : value;
    return html`<div class="fact${shown.length > 40 ? ' long' : ''}">
      <dt>${label}</dt>
      <dd>${shown}${unit === undefined ? '' : html` <span class="unit">${unit}</span>`}</dd>
    </div>`;
  };
  return html`<dl class="facts">${facts.map(fact)}</dl>`;
}

/** Wide tables scroll in a box of their own, which the keyboard reaches. */
function tableBlock({ title, columns, rows, total }: Section['tables'][number]): Markup {
  const cut = total > rows.length ? ` (first ${number(rows.length)} of ${number(total)})` : '';
  const side = (key: string, align: 'left' | 'right' | undefined): string =>
    align === 'right' || (align === undefined && rows.every((row) => typeof row[key] === 'number')) ? 'right' : 'left';
  // Numbers stay as they are; texts want room, or each row becomes a tower of words.
  const isWide = columns.filter(({ key, align }) => side(key, align) === 'left').length > 3;
  const head = columns.map(({ key, label, align }) => html`<th scope="col" class="${side(key, align)}">${label}</th>`);
  const line = (row: (typeof rows)[number]): Markup =>
    html`<tr>
      ${columns.map(({ key, align }) => html`<td class="${side(key, align)}">${cell(row[key])}</td>`)}
    </tr>`;
  return html`<div class="scroll${isWide ? ' wide' : ''}" role="region" aria-label="${title}" tabindex="0">
    <table>
      <caption>
        ${title}${cut}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows.map(line)}
      </tbody>
    </table>
  </div>`;
}

function cell(value: string | number | null | undefined): Content {
  if (value === null || value === undefined || value === '') return html`<span class="muted">–</span>`;
  return typeof value === 'number' ? number(value) : breakable(value);
}

function failure({ type, state, error, attempts }: AuditSection): Markup {
  if (state === 'skipped')
    return html`<p class="muted">Skipped: no agent of the type ${type} runs in this factory.</p>`;
  return html`<div class="failed" role="note">
    <p>
      <strong>This part ${state === 'cancelled' ? 'was cancelled' : 'failed'}.</strong>
      ${error === undefined ? '' : `${error.code}: ${error.message}`}
    </p>
    <p class="muted">
      ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}. The other parts are not touched by it.
    </p>
  </div>`;
}

function comment({ comment: words, comment_error: why }: AuditSection): Markup | undefined {
  if (why !== undefined) return html`<p class="muted">The model gave no words on this part: ${why}</p>`;
  if (words === undefined) return undefined;
  const { input_tokens: input, output_tokens: output } = words.usage;
  return html`<h3>In words</h3>
    <blockquote class="words">${words.text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}</blockquote>
    <p class="muted">
      Written by a model (${number(input + output)} tokens). Check what it says before you act on it.
    </p>`;
}

function suites({ suites: runs, suites_error: why }: AuditSection): Markup | undefined {
  if (runs === undefined) return undefined;
  if (why !== undefined)
    return html`<h3>Test runs</h3>
      <p>The suites did not run: ${why}</p>`;
  if (runs.length === 0)
    return html`<h3>Test runs</h3>
      <p>No suite was found that this machine has the programs for.</p>`;
  return html`<h3>Test runs</h3>
    ${runs.map(suite)}`;
}

const outcomes: Record<SuiteRun['outcome'], string> = {
  passed: 'passed',
  failed: 'failed',
  timed_out: 'timed out',
  not_run: 'did not run',
};

function suite({ name, outcome, exit_code: code, output }: SuiteRun): Markup {
  return html`<details class="suite" ${outcome === 'passed' ? '' : html` open`}>
    <summary>
      <span class="outcome ${outcome}">${outcomes[outcome]}</span>
      <strong>${name}</strong>${code === null ? '' : ` (exit code ${code})`}
    </summary>
    <pre tabindex="0">${output === '' ? '(it printed nothing)' : output}</pre>
  </details>`;
}
