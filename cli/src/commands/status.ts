import type { TypeStatus } from '@agent-factory/contract';
import type { Command } from 'commander';
import { brief } from '../client/retry';
import { routes } from '../client/routes';
import { openAudits, type AuditRecord } from '../audit/records';
import { resumeCommand } from '../audit/resume';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { stateOfFactoryAt, type LocalState } from '../local/state';
import { ago } from '../output/format';
import { table } from '../output/table';
import { clean } from '../output/ui';
import { verb, type Runner } from './verb';

export function statusCommand(program: Command, run: Runner): void {
  verb(program, 'status', {
    summary: 'Show whether the factory runs, its parts and its queues',
    examples: [
      ['status', 'parts, agents and queues'],
      ['status --json', 'the same for a script; exit code 3 when it is not running'],
    ],
  }).action(async (_options: unknown, command: Command) => run(showStatus, command));
}

async function showStatus({ ui, client: clientFor, paths }: Context): Promise<ExitCode> {
  const client = clientFor(brief);
  const here = stateOfFactoryAt(client.url, paths().state);
  const types = await client.types();
  const interrupted = openAudits(paths().reports).interrupted.filter(({ started_at: at }) => isFresh(at));
  const value = {
    url: client.url,
    ...(here === undefined
      ? {}
      : { started_at: here.started_at, redis: here.redis, confinement: here.confinement, parts: here.parts }),
    types: types.map(brieflyType),
    interrupted_audits: interrupted.map(({ id, started_at, repository }) => ({
      audit: id,
      started_at,
      repository: repository.path,
    })),
  };
  ui.answer(
    value,
    [
      headline(client.url, here),
      ...(here === undefined ? [] : ['', partTable(here)]),
      '',
      typeTable(types),
      ...(interrupted.length === 0
        ? []
        : ['', ...interrupted.slice(0, auditsShown).map((record) => auditLine(record, paths().home))]),
    ].join('\n'),
  );
  return exitCodes.ok;
}

/** How long results of tasks are kept unless the configuration says otherwise. */
const freshMs = 7 * 86_400_000;

const auditsShown = 3;

/** Of an older one the tasks are gone. */
function isFresh(startedAt: string): boolean {
  return Date.now() - Date.parse(startedAt) < freshMs;
}

function auditLine({ id, started_at: at, repository }: AuditRecord, home: string): string {
  return `The audit of ${clean(repository.name)} of ${ago(at)} ago was interrupted: ${resumeCommand(id, home)}`;
}

function headline(url: string, local: LocalState | undefined): string {
  const lines = [
    `Running at ${url}${local === undefined ? '' : `, since ${ago(local.started_at)}`} (${url}${routes.docs})`,
  ];
  if (local !== undefined) lines.push(`Redis: ${local.redis}. Tools confined by: ${local.confinement}.`);
  return lines.join('\n');
}

function partTable({ parts }: LocalState): string {
  return table(parts, [
    { title: 'part', value: ({ name }) => name },
    { title: 'state', value: ({ state }) => state },
    { title: 'pid', value: ({ process }) => process?.pid, align: 'right' },
    { title: 'restarts', value: ({ restarts }) => restarts, align: 'right' },
  ]);
}

function typeTable(types: readonly TypeStatus[]): string {
  return table(types, [
    { title: 'type', value: ({ type, queue }) => type.name + (queue.paused ? ' (paused)' : '') },
    { title: 'agents', value: ({ agents }) => agents, align: 'right' },
    { title: 'waiting', value: ({ queue }) => queue.waiting, align: 'right' },
    { title: 'delayed', value: ({ queue }) => queue.delayed, align: 'right' },
    { title: 'running', value: ({ queue }) => queue.running, align: 'right' },
    { title: 'dead', value: ({ queue }) => queue.dead, align: 'right' },
  ]);
}

function brieflyType({ type, queue, agents }: TypeStatus): {
  name: string;
  agents: number;
  queue: TypeStatus['queue'];
} {
  return { name: type.name, agents, queue };
}
