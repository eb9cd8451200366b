import type { Aspect, Finding, Section, Severity } from '@agent-factory/contract';
import { severities } from '@agent-factory/contract';
import { redact } from './redact';
import { clean as cleanText } from './text';

const maxBytes = 250_000;
const maxRows = 50;
const maxFindings = 100;
const maxPerRule = 25;
const maxKept = 20_000;

type Columns = Section['tables'][number]['columns'];
type Row = Section['tables'][number]['rows'][number];
type Command = NonNullable<Section['commands']>[number];

/** Gathers a section; whatever it is given, what it builds fits the schema and stays below 256 KB. */
export class SectionBuilder {
  private summaryText = '';
  private readonly facts: Section['facts'] = [];
  private readonly tables: Section['tables'] = [];
  private readonly charts: Section['charts'] = [];
  private readonly findings: Finding[] = [];
  private readonly notes: string[] = [];
  private commandList: Command[] | undefined;
  private found = 0;

  constructor(
    private readonly aspect: Aspect,
    private readonly title: string,
  ) {}

  summary(text: string): void {
    this.summaryText = clean(text, 1_000);
  }

  fact(label: string, value: string | number, unit?: string): void {
    if (this.facts.length >= 60) return;
    const shown = typeof value === 'number' ? finite(value) : clean(value, 240);
    this.facts.push({
      label: clean(label, 120),
      value: shown,
      ...(unit === undefined ? {} : { unit: clean(unit, 20) }),
    });
  }

  /** Adds a table of the first 50 rows; an empty one is left out. */
  table(
    title: string,
    columns: readonly (readonly [key: string, label: string, align?: 'right'])[],
    rows: Row[],
  ): void {
    if (rows.length === 0 || this.tables.length >= 12) return;
    const shape: Columns = columns.map(([key, label, align]) => ({ key, label, ...(align ? { align } : {}) }));
    const shown = rows.slice(0, maxRows).map((row) =>
      Object.fromEntries(
        shape.map(({ key }) => {
          const value = row[key] ?? null;
          return [key, typeof value === 'string' ? clean(value, 200) : value === null ? null : finite(value)];
        }),
      ),
    );
    this.tables.push({ title: clean(title, 160), columns: shape, rows: shown, total: rows.length });
  }

  /** Adds a chart of the first 60 points, or the last for a line; an empty one is left out. */
  chart(title: string, kind: 'bar' | 'line', unit: string, points: readonly { label: string; value: number }[]): void {
    if (points.length === 0 || this.charts.length >= 6) return;
    const shown = kind === 'line' ? points.slice(-60) : points.slice(0, 60);
    this.charts.push({
      title: clean(title, 160),
      kind,
      unit: clean(unit, 20),
      points: shown.map(({ label, value }) => ({ label: clean(label, 100), value: finite(value) })),
      total: points.length,
    });
  }

  finding(finding: {
    rule: string;
    severity: Severity;
    title: string;
    path?: string | undefined;
    line?: number | undefined;
    detail: string;
    advice: string;
  }): void {
    this.found += 1;
    if (this.findings.length >= maxKept) return;
    const { rule, severity, title, path, line, detail, advice } = finding;
    this.findings.push({
      rule,
      severity,
      title: clean(title, 200),
      ...(path === undefined ? {} : { path: cleanText(path, 500) }),
      ...(line === undefined ? {} : { line: Math.max(1, line) }),
      detail: clean(detail, 600),
      advice: clean(advice, 400),
    });
  }

  /** Says what was skipped or could not be determined; the same note is kept once. */
  note(text: string): void {
    const shown = clean(text, 500);
    if (this.notes.length < 28 && !this.notes.includes(shown)) this.notes.push(shown);
  }

  commands(list: readonly Command[]): void {
    this.commandList = list.slice(0, 20).map((command) => ({
      ...command,
      name: clean(command.name, 120),
      cwd: command.cwd.slice(0, 1_000),
      why: clean(command.why, 240),
    }));
  }

  /** How many findings were added so far. */
  get findingCount(): number {
    return this.found;
  }

  build(): Section {
    const section: Section = {
      aspect: this.aspect,
      title: this.title,
      summary: this.summaryText,
      facts: this.facts,
      tables: this.tables,
      charts: this.charts,
      findings: this.chosenFindings(),
      findings_total: this.found,
      notes: this.notes,
      ...(this.commandList ? { commands: this.commandList } : {}),
    };
    return shrink(section);
  }

  /** Worst first; a rule that fires everywhere leaves room for the others. */
  private chosenFindings(): Finding[] {
    const sorted = this.findings.sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        compare(a.rule, b.rule) ||
        compare(a.path ?? '', b.path ?? '') ||
        (a.line ?? 0) - (b.line ?? 0),
    );
    const perRule = new Map<string, number>();
    const chosen: Finding[] = [];
    for (const finding of sorted) {
      const seen = (perRule.get(finding.rule) ?? 0) + 1;
      perRule.set(finding.rule, seen);
      if (seen <= maxPerRule && chosen.length < maxFindings) chosen.push(finding);
    }
    const cut = [...perRule].filter(([, seen]) => seen > maxPerRule).map(([rule, seen]) => `${rule} (${seen})`);
    if (cut.length > 0)
      this.note(`At most ${maxPerRule} findings of one rule are listed; more were found of: ${cut.join(', ')}.`);
    return chosen;
  }
}

/** Halves the longest tables, then the findings, until the section is small enough. */
function shrink(section: Section): Section {
  let current = section;
  while (Buffer.byteLength(JSON.stringify(current)) > maxBytes) {
    const rows = Math.max(0, ...current.tables.map((table) => table.rows.length));
    const half = Math.floor(rows / 2);
    current =
      rows > 10
        ? { ...current, tables: current.tables.map((table) => ({ ...table, rows: table.rows.slice(0, half) })) }
        : { ...current, findings: current.findings.slice(0, Math.floor(current.findings.length / 2)) };
    if (rows <= 10 && current.findings.length === 0) break;
  }
  return current;
}

/** Everything that goes into a section passes here, except paths and arguments of commands. */
function clean(text: string, max: number): string {
  return cleanText(redact(text.length > max * 4 ? text.slice(0, max * 4) : text), max);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
