import type { Aspect, Finding, Section } from '@agent-factory/contract';
import { sectionSchema } from '@agent-factory/contract';
import { inspect, type InspectOptions } from '../../../../agent-runtime/src/tools/inspect';
import { gitRepo, type FixtureFile, type GitRepo } from '../../../support/gitRepo';

const open: GitRepo[] = [];

afterEach(() => {
  for (const repo of open.splice(0)) repo.remove();
});

/** A repository that is removed after the test. */
export function repoOf(files?: Record<string, FixtureFile>): GitRepo {
  const repo = gitRepo(files);
  open.push(repo);
  return repo;
}

/** Inspects, and holds the section to its schema and its bound. */
export async function inspected(aspect: Aspect, root: string, options?: InspectOptions): Promise<Section> {
  const section = await inspect(aspect, root, options);
  const parsed = sectionSchema.parse(section);
  expect(Buffer.byteLength(JSON.stringify(parsed))).toBeLessThan(256 * 1024);
  return parsed;
}

/** Inspects a repository made of the files. */
export async function inspectFiles(aspect: Aspect, files: Record<string, FixtureFile>): Promise<Section> {
  return inspected(aspect, repoOf(files).root);
}

/** `rule path:line` of each finding. */
export function found(section: Section): string[] {
  return section.findings.map((one) => `${one.rule} ${one.path ?? ''}${one.line === undefined ? '' : `:${one.line}`}`);
}

/** The one finding of a rule. */
export function finding(section: Section, rule: string): Finding {
  const all = section.findings.filter((one) => one.rule === rule);
  expect(all).toHaveLength(1);
  return all[0] ?? failed(rule);
}

/** The rows of the table with that title. */
export function rows(section: Section, title: string): Section['tables'][number]['rows'] {
  return section.tables.find((table) => table.title === title)?.rows ?? [];
}

/** The value of a fact. */
export function fact(section: Section, label: string): string | number | undefined {
  return section.facts.find((one) => one.label === label)?.value;
}

function failed(what: string): never {
  throw new Error(`no ${what}`);
}
