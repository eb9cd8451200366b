import { noUsage, type Attempt, type Finding, type Section } from '@agent-factory/contract';
import { auditParts } from '../../../cli/src/audit/plans';
import { countFindings, type AuditReport, type AuditSection } from '../../../cli/src/audit/report';

export const finding = (rest: Partial<Finding> = {}): Finding => ({
  rule: 'some-rule',
  severity: 'low',
  title: 'A title',
  detail: 'A detail.',
  advice: 'Do this.',
  ...rest,
});

export const section = (rest: Partial<Section> = {}): Section => ({
  aspect: 'overview',
  title: 'Overview',
  summary: 'A summary.',
  facts: [{ label: 'Files', value: 1_234 }],
  tables: [
    {
      title: 'A table',
      columns: [
        { key: 'name', label: 'Name' },
        { key: 'size', label: 'Size' },
      ],
      rows: [{ name: 'a', size: 12_345 }],
      total: 40,
    },
  ],
  charts: [{ title: 'A chart', kind: 'bar', unit: 'lines', points: [{ label: 'x', value: 3 }], total: 1 }],
  findings: [finding()],
  findings_total: 1,
  notes: ['A note.'],
  ...rest,
});

export const attempt = (rest: Partial<Attempt> = {}): Attempt => ({
  attempt: 1,
  epoch: 1,
  agent_id: 'python-1',
  started_at: '2030-01-01T00:00:00.000Z',
  ended_at: '2030-01-01T00:00:02.000Z',
  outcome: 'succeeded',
  ...rest,
});

/** A report with a part of every type; `change` alters parts by type. */
export function sampleReport(change: Partial<Record<string, Partial<AuditSection>>> = {}): AuditReport {
  const sections = auditParts.map(({ type, aspect }): AuditSection => ({
    type,
    aspect,
    state: 'succeeded',
    task_id: `${type}-01k${'0'.repeat(23)}`,
    wait_seconds: 0.1,
    seconds: 1.5,
    attempts: [attempt({ agent_id: `${type}-1` })],
    section: section({ aspect, title: aspect.replaceAll('_', ' ') }),
    ...change[type],
  }));
  return {
    kind: 'audit',
    schema_version: 1,
    id: '01kaudit',
    created_at: '2030-01-01T00:00:10.000Z',
    factory_version: '0.1.0',
    repository: {
      name: 'sample',
      path: '/home/person/sample',
      head: 'a'.repeat(40),
      branch: 'main',
      files: 1_234,
      shallow: false,
      uncommitted: 0,
      artifact_bytes: 5_000,
    },
    times: { ready_seconds: 3.2, pack_seconds: 0.2, total_seconds: 9.5 },
    findings: countFindings(sections),
    sections,
  };
}

export const usage = noUsage;
