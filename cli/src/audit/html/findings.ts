import { severities, type AgentTypeName, type Finding, type Severity } from '@agent-factory/contract';
import type { AuditReport } from '../report';
import { breakable, html, number, type Markup } from './markup';

/** A finding and who found it. */
export type OwnedFinding = Finding & { type: AgentTypeName };

/** All findings, the most severe first; within one severity in the order of the sections. */
export function rankFindings({ sections }: AuditReport): OwnedFinding[] {
  const all = sections.flatMap(({ type, section }) =>
    (section?.findings ?? []).map((finding) => ({ ...finding, type })),
  );
  return all.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/**
 * The findings for the top of the report: the most severe, at most `perRule` of a rule so that one rule does not fill the list, none that is
 * only for information.
 */
export function topFindings(report: AuditReport, limit = 12, perRule = 2): OwnedFinding[] {
  const taken = new Map<string, number>();
  return rankFindings(report)
    .filter(({ rule, severity }) => {
      const count = (taken.get(rule) ?? 0) + 1;
      taken.set(rule, count);
      return severity !== 'info' && count <= perRule;
    })
    .slice(0, limit);
}

export function badge(severity: Severity): Markup {
  return html`<span class="badge ${severity}">${severity}</span>`;
}

export function place({ path, line }: Pick<Finding, 'path' | 'line'>): Markup | undefined {
  return path === undefined
    ? undefined
    : html`<code class="place">${breakable(path)}${line === undefined ? '' : `:${line}`}</code>`;
}

/** The findings of one section, those of one rule together: one block a rule, one line a place. */
export function findingList(findings: readonly Finding[], total: number): Markup | undefined {
  if (findings.length === 0) return undefined;
  const cut = total > findings.length ? ` of ${number(total)}` : '';
  return html`<h3>Findings <span class="count">${number(findings.length)}${cut}</span></h3>
    <ol class="findings">
      ${groupByRule(findings).map(block)}
    </ol>`;
}

/** Findings of the same rule and severity, in the order in which the first of each stands; the most severe first. */
export function groupByRule(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b));
}

const placesShown = 8;

function block(group: readonly Finding[]): Markup {
  const [first] = group;
  if (first === undefined) return html``;
  if (group.length === 1) {
    return html`<li>
      <p class="finding-title">${badge(first.severity)} <strong>${first.title}</strong> ${place(first)}</p>
      <p>${first.detail}</p>
      ${advice(first)}
    </li>`;
  }
  const lines = group.map(
    (finding) =>
      html`<li>
        <span>${finding.title}</span>
        ${place(finding)}${finding.detail === first.detail ? undefined : html`<br /><span class="muted">${finding.detail}</span>`}
      </li>`,
  );
  const rest = lines.slice(placesShown);
  return html`<li>
    <p class="finding-title">
      ${badge(first.severity)} <strong>${inWords(first.rule)}</strong>
      <span class="count">${group.length} places</span>
    </p>
    <p>${first.detail}</p>
    ${advice(first)}
    <ul class="places">
      ${lines.slice(0, placesShown)}
    </ul>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${rest.length} more</summary>
            <ul class="places">
              ${rest}
            </ul>
          </details>`
    }
  </li>`;
}

/** Name of a rule as a heading. */
function inWords(rule: string): string {
  return rule.charAt(0).toUpperCase() + rule.slice(1).replaceAll('-', ' ');
}

function advice({ advice: text }: Finding): Markup | undefined {
  return text === '' ? undefined : html`<p class="advice"><span class="advice-word">Do:</span> ${text}</p>`;
}

function rank([first]: readonly Finding[]): number {
  return first === undefined ? severities.length : severities.indexOf(first.severity);
}
