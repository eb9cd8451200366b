import type { FileEntry } from '../core/fileIndex';
import { count, listed } from '../core/text';
import type { YamlDocument } from '../core/yaml';
import { isRecord, list, record, text } from '../manifests/values';
import { imageMoves, report, type Report } from './report';

const outsideValue =
  /\$\{\{[^}]{0,200}\bgithub\.(?:event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)|head_commit\.(?:message|author\.(?:email|name))|commits[^}]{0,20}\.message|workflow_run\.(?:head_branch|display_title|head_commit\.message))|head_ref)\b[^}]{0,200}\}\}/;
const openEvents = [
  'pull_request_target',
  'issues',
  'issue_comment',
  'discussion',
  'discussion_comment',
  'workflow_run',
];

function eventsOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.filter((event) => typeof event === 'string') : Object.keys(record(on));
}

interface Step {
  path: (string | number)[];
  value: Record<string, unknown>;
}

function stepsOf(jobs: Record<string, unknown>): Step[] {
  return Object.entries(jobs).flatMap(([name, job]) =>
    list(record(job)['steps']).map((step, index) => ({ path: ['jobs', name, 'steps', index], value: record(step) })),
  );
}

/** Examines one workflow of GitHub Actions. */
export function checkWorkflow(to: Report, file: FileEntry, { value, line }: YamlDocument): void {
  if (!isRecord(value)) return;
  const on = value['on'] ?? value['true']; // YAML 1.1 readers take the key `on` for true
  const events = eventsOf(on);
  const jobs = record(value['jobs']);
  to.files.push({
    kind: 'GitHub Actions',
    file,
    what: `${count(Object.keys(jobs).length, 'job')} on ${listed(events, 4)}`,
  });
  const steps = stepsOf(jobs);
  checkUses(to, file, jobs, steps, line);
  checkPermissions(to, file, value, jobs, line);
  const open = events.some((event) => openEvents.includes(event));
  for (const step of steps) {
    const script = text(step.value['run']) ?? text(record(step.value['with'])['script']);
    const key = step.value['run'] === undefined ? 'with' : 'run';
    if (script !== undefined && outsideValue.test(script))
      report(
        to,
        file,
        line([...step.path, key]),
        'actions-script-injection',
        open ? 'critical' : 'medium',
        'Text that a stranger writes is pasted into a script',
        `The script uses ${outsideValue.exec(script)?.[0].slice(0, 120) ?? ''}. A title or branch name can hold commands.`,
        'Put it into env: and use "$NAME" in the script.',
      );
    const head =
      /github\.event\.(?:pull_request\.head\.(?:sha|ref)|workflow_run\.head_(?:sha|branch))|github\.head_ref|refs\/pull\//.test(
        text(record(step.value['with'])['ref']) ?? '',
      );
    if (
      (text(step.value['uses']) ?? '').startsWith('actions/checkout@') &&
      head &&
      (events.includes('pull_request_target') || events.includes('workflow_run'))
    )
      report(
        to,
        file,
        line(step.path),
        'actions-untrusted-checkout',
        'high',
        "A stranger's code is checked out where secrets are",
        `The workflow starts on ${listed(events.filter((event) => openEvents.includes(event)))} with the rights of this repository and checks out the head of the pull request.`,
        'Use pull_request, or do not run anything of the checkout.',
      );
  }
}

function checkUses(
  to: Report,
  file: FileEntry,
  jobs: Record<string, unknown>,
  steps: readonly Step[],
  line: YamlDocument['line'],
): void {
  const uses = [
    ...steps.map(({ path, value }) => ({ path: [...path, 'uses'], action: text(value['uses']) })),
    ...Object.entries(jobs).map(([name, job]) => ({ path: ['jobs', name, 'uses'], action: text(record(job)['uses']) })),
  ].filter(
    (one): one is { path: (string | number)[]; action: string } =>
      one.action !== undefined && !one.action.startsWith('./'),
  );
  const loose = uses.filter(({ action }) =>
    action.startsWith('docker://') ? imageMoves(action.slice(9)) : !/@[0-9a-f]{40}$/.test(action),
  );
  const first = loose[0];
  if (!first) return;
  const names = [...new Set(loose.map(({ action }) => action))];
  const foreign = names.filter((name) => !/^(?:actions|github)\//.test(name));
  report(
    to,
    file,
    line(first.path),
    'actions-unpinned',
    foreign.length > 0 ? 'low' : 'info',
    `${count(names.length, 'action')} named by tag or branch${foreign.length > 0 ? `, ${foreign.length} of them not GitHub's own` : ''}`,
    `${listed(foreign.length > 0 ? foreign : names, 10)}. Who controls the action can move the tag.`,
    'Name the commit, with the version in a comment.',
  );
}

function checkPermissions(
  to: Report,
  file: FileEntry,
  workflow: Record<string, unknown>,
  jobs: Record<string, unknown>,
  line: YamlDocument['line'],
): void {
  const everywhere = workflow['permissions'];
  const holders: [readonly (string | number)[], unknown][] = [
    [['permissions'], everywhere],
    ...Object.entries(jobs).map(([name, job]): [readonly (string | number)[], unknown] => [
      ['jobs', name, 'permissions'],
      record(job)['permissions'],
    ]),
  ];
  const all = holders.find(([, value]) => value === 'write-all');
  if (all)
    report(
      to,
      file,
      line(all[0]),
      'actions-write-all',
      'medium',
      'The token of the workflow may write everything',
      'permissions: write-all',
      'Name the rights that the jobs need.',
    );
  const lacking = Object.entries(jobs).filter(([, job]) => record(job)['permissions'] === undefined);
  if (everywhere === undefined && lacking.length > 0)
    report(
      to,
      file,
      1,
      'actions-no-permissions',
      'low',
      'The rights of the workflow token are not limited',
      `${count(lacking.length, 'job')} without permissions: what the token may do depends on a setting of the repository.`,
      'Add `permissions: contents: read` at the top.',
    );
}
