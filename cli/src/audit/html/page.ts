import { severities } from '@agent-factory/contract';
import { bytes } from '../../output/format';
import { retriedAttempts, type AuditReport } from '../report';
import { badge, place, topFindings } from './findings';
import { breakable, html, number, render, type Content, type Markup } from './markup';
import { factList, sectionBlock, type AtTop } from './section';
import { style } from './style';

/** The report as one HTML file that asks nothing of the network. */
export function renderPage(report: AuditReport): string {
  const { repository, sections } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="color-scheme" content="light dark" />
        <title>Audit of ${repository.name} at ${repository.head.slice(0, 12)}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <a class="skip" href="#summary">Skip to the summary</a>
        ${masthead(report)}
        <div class="layout">
          <nav aria-label="Parts of the report">
            <ol>
              <li><a href="#summary">Summary</a></li>
              ${sections.map(({ type, section, state, aspect }) => html`<li><a href="#${type}">${section?.title ?? aspect.replaceAll('_', ' ')}${mark(section?.findings.filter(({ severity }) => severity === 'critical' || severity === 'high').length ?? 0, state)}</a></li>`)}
              <li><a href="#work">How it was made</a></li>
            </ol>
          </nav>
          <main>
            ${summary(report)} ${sections.map((part) => sectionBlock(part, atTop(part, report)))} ${work(report)}
          </main>
        </div>
      </body>
    </html> `;
  return render(page);
}

function masthead({ repository, created_at: created, times, factory_version: version }: AuditReport): Markup {
  const { name, head, branch, files } = repository;
  const made = `${created.slice(0, 16).replace('T', ' ')} UTC`;
  return html`<header class="masthead">
    <p class="kicker">Repository audit</p>
    <h1>${name}</h1>
    <p class="meta">
      <code>${head.slice(0, 12)}</code
      >${branch === undefined ? html` <span>detached</span>` : html` <span>on ${branch}</span>`}
      <span>${number(files)} files</span> <span>${made}</span> <span>${number(times.total_seconds)} s</span>
      <span>Agent Factory ${version}</span>
    </p>
  </header>`;
}

function mark(severe: number, state: AuditReport['sections'][number]['state']): Content {
  if (state !== 'succeeded') return html` <span class="nav-mark${state === 'skipped' ? '' : ' bad'}">${state}</span>`;
  return severe === 0
    ? undefined
    : html` <span class="nav-mark" title="critical and high findings"
        >${severe}<span class="hidden"> critical or high findings</span></span
      >`;
}

function summary(report: AuditReport): Markup {
  const { sections, repository } = report;
  const overview = sections.find(({ aspect }) => aspect === 'overview')?.section;
  const facts = keyFactsPart(report)?.section?.facts ?? [];
  return html`<section id="summary" aria-labelledby="summary-title">
    <h2 id="summary-title" class="hidden">Summary</h2>
    ${caveats(report).map((text) => html`<p class="caveat">${text}</p>`)}
    <ul class="tally" aria-label="Findings by severity">
      ${severities.map((severity) => html`<li class="${severity}"><strong>${number(report.findings[severity])}</strong> <span>${severity}</span></li>`)}
    </ul>
    ${overview === undefined ? undefined : html`<p class="lead">${overview.summary}</p>`}
    <h3>What to look at first</h3>
    ${firstLook(report)}
    <h3>Key facts</h3>
    ${factList([...facts.slice(0, keyFacts), { label: 'Packed for the agents', value: bytes(repository.artifact_bytes) }])}
  </section>`;
}

/** How many facts stand at the top. */
const keyFacts = 15;

/** The part whose facts are those of the whole. */
function keyFactsPart({ sections }: AuditReport): AuditReport['sections'][number] | undefined {
  return (['overview', 'languages_history'] as const)
    .map((wanted) => sections.find(({ aspect }) => aspect === wanted))
    .find((part) => part?.section !== undefined && part.section.facts.length > 0);
}

function atTop(part: AuditReport['sections'][number], report: AuditReport): AtTop {
  return { summary: part.aspect === 'overview', facts: part === keyFactsPart(report) ? keyFacts : 0 };
}

function firstLook(report: AuditReport): Markup {
  const top = topFindings(report);
  if (top.length === 0) return html`<p>No finding above “info”. The parts below say what was looked at.</p>`;
  const rows = top.map(
    (finding) =>
      html`<tr>
        <td>${badge(finding.severity)}</td>
        <th scope="row">${finding.title}</th>
        <td>${place(finding)}</td>
        <td><a href="#${finding.type}">${finding.type}</a></td>
      </tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="The most severe findings" tabindex="0">
    <table class="top">
      <caption class="hidden">
        The most severe findings
      </caption>
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">Finding</th>
          <th scope="col">Where</th>
          <th scope="col">Part</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** What a reader must know before believing the rest. */
function caveats({ repository, sections }: AuditReport): string[] {
  const failed = sections.filter(({ state }) => state === 'failed' || state === 'cancelled').map(({ type }) => type);
  const skipped = sections.filter(({ state }) => state === 'skipped').map(({ type }) => type);
  return [
    failed.length > 0 ? `Not all parts were done: ${failed.join(', ')}.` : '',
    skipped.length > 0 ? `Skipped, for want of agents: ${skipped.join(', ')}.` : '',
    repository.shallow
      ? 'The history of this clone is cut (shallow): figures about history cover only what is there.'
      : '',
    repository.depth === undefined
      ? ''
      : `The history was too large: agents saw the last ${number(repository.depth)} commits.`,
    repository.uncommitted > 0
      ? `${number(repository.uncommitted)} changed or untracked files are not committed and were not looked at.`
      : '',
  ].filter((text) => text !== '');
}

/** Who did what, how long it took, and what had to be done again. */
function work(report: AuditReport): Markup {
  const { times, sections, resumed } = report;
  const retried = retriedAttempts(report);
  const time = (value: number | undefined): Content =>
    value === undefined ? html`<span class="muted">–</span>` : `${number(value)} s`;
  const rows = sections.map(
    ({ type, task_id: id, state, attempts, wait_seconds: wait, seconds }) =>
      html`<tr>
        <th scope="row">${type}</th>
        <td>${state}</td>
        <td class="right">${attempts.length}</td>
        <td class="right">${time(wait)}</td>
        <td class="right">${time(seconds)}</td>
        <td>${attempts.at(-1)?.agent_id ?? '–'}</td>
        <td><code>${breakable(id ?? '–')}</code></td>
      </tr>`,
  );
  return html`<section id="work" aria-labelledby="work-title">
    <header class="section-head"><h2 id="work-title">How it was made</h2></header>
    ${factList([
      ...(times.ready_seconds === undefined
        ? []
        : [{ label: 'Factory ready in', value: times.ready_seconds, unit: 's' }]),
      { label: 'Packing the repository', value: times.pack_seconds, unit: 's' },
      { label: 'The whole audit', value: times.total_seconds, unit: 's' },
      { label: 'Attempts made again', value: retried.length },
    ])}
    <div class="scroll wide" role="region" aria-label="Tasks" tabindex="0">
      <table>
        <caption>
          Tasks
        </caption>
        <thead>
          <tr>
            <th scope="col">Agent type</th>
            <th scope="col">State</th>
            <th scope="col" class="right">Attempts</th>
            <th scope="col" class="right">Waited</th>
            <th scope="col" class="right">Worked</th>
            <th scope="col">Agent</th>
            <th scope="col">Task</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${resumed === true ? html`<p>It was interrupted, and gathered later: the time is that from its beginning to the end of its last task.</p>` : undefined}
    ${retried.length === 0 ? html`<p>Nothing had to be done twice.</p>` : retries(retried)}
  </section>`;
}

function retries(retried: ReturnType<typeof retriedAttempts>): Markup {
  const rows = retried.map(
    ({ type, task, attempt, agent, outcome, why }) =>
      html`<tr>
        <th scope="row">${type}</th>
        <td class="right">${attempt}</td>
        <td>${agent}</td>
        <td>${outcome}</td>
        <td>${breakable(why)}</td>
        <td><code>${breakable(task)}</code></td>
      </tr>`,
  );
  return html`<div class="scroll wide" role="region" aria-label="What was retried" tabindex="0">
    <table>
      <caption>
        What was retried
      </caption>
      <thead>
        <tr>
          <th scope="col">Agent type</th>
          <th scope="col" class="right">Attempt</th>
          <th scope="col">Agent</th>
          <th scope="col">Ended as</th>
          <th scope="col">Why</th>
          <th scope="col">Task</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
