import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulidSource } from '@agent-factory/contract';
import { keepRecord, openAudits, readRecord, type AuditRecord } from '../../../cli/src/audit/records';
import { recordToResume, reportOf, resumeCommand } from '../../../cli/src/audit/resume';
import { writeLatest } from '../../../cli/src/audit/write';
import { ended, identityOf, startSleeper } from '../support/children';
import { temporaryFolder } from '../support/folder';
import { sampleReport } from './sampleReport';

const nextId = ulidSource();

function record(rest: Partial<AuditRecord> = {}): AuditRecord {
  return {
    version: 1,
    id: nextId(),
    started_at: '2030-01-01T00:00:00.000Z',
    repository: { path: '/r', name: 'r', head: 'a'.repeat(40), shallow: false, files: 1, uncommitted: 0 },
    artifact: { digest: `sha256:${'a'.repeat(64)}`, bytes: 1 },
    pack_seconds: 0.1,
    run_tests: false,
    types: ['python'],
    tasks: [{ kind: 'inspect', type: 'python', id: `python-${nextId()}` }],
    ...rest,
  };
}

test('a record is read as it was kept; another id, a path and half a file are none', () => {
  const reports = temporaryFolder();
  const kept = record({ ready_seconds: 1.5, out: '/o', process: identityOf(process.pid) });
  keepRecord(reports, kept);
  expect(readRecord(reports, kept.id)).toEqual(kept);
  expect(readRecord(reports, nextId())).toBeUndefined();
  expect(readRecord(reports, '../latest/report')).toBeUndefined();
  writeFileSync(join(reports, 'runs', `${kept.id}.json`), '{"version":1,');
  expect(readRecord(reports, kept.id)).toBeUndefined();
});

test('records are bounded: the oldest go', () => {
  const reports = temporaryFolder();
  const ids = Array.from({ length: 53 }, () => {
    const one = record();
    keepRecord(reports, one);
    return one.id;
  });
  expect(readdirSync(join(reports, 'runs')).toSorted()).toEqual(ids.slice(3).map((id) => `${id}.json`));
});

test('an audit that a living process waits for is not interrupted; one whose process was killed is', async () => {
  const reports = temporaryFolder();
  const sleeper = await startSleeper();
  const waited = record({ process: identityOf(sleeper.pid) });
  keepRecord(reports, waited);
  expect(openAudits(reports)).toEqual({ followed: [waited], interrupted: [] });
  expect(() => recordToResume(reports, undefined)).toThrow('there is no interrupted audit');
  sleeper.kill('SIGKILL');
  await ended(sleeper);
  expect(openAudits(reports)).toEqual({ followed: [], interrupted: [waited] });
  expect(recordToResume(reports, undefined)).toEqual(waited);
});

test('without an id the newest interrupted audit is taken, with one that audit and no other', () => {
  const reports = temporaryFolder();
  const [older, newer, done] = [record(), record(), record({ report: { folder: '/f', html: '/f/h', json: '/f/j' } })];
  for (const one of [newer, older, done]) keepRecord(reports, one);
  expect(recordToResume(reports, undefined).id).toBe(newer.id);
  expect(recordToResume(reports, older.id)).toEqual(older);
  expect(recordToResume(reports, done.id)).toEqual(done);
  expect(() => recordToResume(reports, 'nonsense')).toThrow('--resume: no audit nonsense is known');
});

test('nothing to resume is an error that says what to do, also where no audit ever ran', () => {
  expect(() => recordToResume(join(temporaryFolder(), 'nowhere'), undefined)).toThrow(
    expect.objectContaining({
      exitCode: 1,
      hints: [expect.stringContaining('factory run audit --repo PATH')],
    }),
  );
});

test('the report of an audit is found as long as it is there and is its own', () => {
  const reports = temporaryFolder();
  mkdirSync(reports, { recursive: true });
  const report = { ...sampleReport(), id: nextId() };
  const files = writeLatest(report, reports);
  expect(reportOf(record({ id: report.id, report: files }))).toEqual(report);
  expect(reportOf(record({ report: files }))).toBeUndefined();
  expect(reportOf(record({ id: report.id, report: { ...files, json: join(reports, 'gone.json') } }))).toBeUndefined();
  expect(reportOf(record({ id: report.id }))).toBeUndefined();
});

test('the command names the folder of the factory where it is another, as a shell takes it', () => {
  expect(resumeCommand('01k', '/a/b', '/a/b')).toBe('factory run audit --resume 01k');
  expect(resumeCommand('01k', '/a', '/a/b')).toBe('factory run audit --resume 01k -C ..');
  expect(resumeCommand('01k', "/a/it's b", '/a')).toBe(`factory run audit --resume 01k -C 'it'\\''s b'`);
});
