import { priorities, taskStateSchema, type Task } from '@agent-factory/contract';
import { Option, type Command } from 'commander';
import { brief } from '../client/retry';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { ago } from '../output/format';
import { table } from '../output/table';
import { verb, type Runner } from './verb';

interface Options {
  type?: string;
  state?: string;
  crew?: string;
  label?: string;
  limit: string;
  cursor?: string;
}

export function tasksCommand(program: Command, run: Runner): void {
  verb(program, 'tasks', {
    summary: 'List tasks, newest first',
    examples: [
      ['tasks --state running', 'what is being worked on'],
      ['tasks --label audit=01k… --json', 'the tasks of one audit, for a script'],
    ],
  })
    .option('--type <type>', 'of one agent type')
    .addOption(new Option('--state <state>', 'in one state').choices(taskStateSchema.options))
    .option('--crew <crew>', 'of one crew')
    .option('--label <key=value>', 'with a label')
    .option('--limit <count>', 'at most so many, 1 to 500', '50')
    .option('--cursor <cursor>', 'the page after this one: next_cursor of the answer before')
    .action(async (_options: unknown, command: Command) => run(listTasks, command));
}

async function listTasks({ ui, client }: Context, command: Command): Promise<ExitCode> {
  const { type, state, crew, label, limit, cursor } = command.opts<Options>();
  const list = await client(brief).tasks({ type, state, crew, label, limit: Number(limit), cursor });
  const more = list.next_cursor === undefined ? '' : `\nMore: --cursor ${list.next_cursor}`;
  ui.answer(list, list.tasks.length === 0 && more === '' ? 'No tasks.' : taskTable(list.tasks) + more);
  return exitCodes.ok;
}

/** Tasks as a table for people. */
export function taskTable(tasks: readonly Task[]): string {
  return table(tasks, [
    { title: 'id', value: ({ id }) => id },
    {
      title: 'state',
      value: ({ state, cancel_requested: cancelling }) => (cancelling && state === 'running' ? 'cancelling' : state),
    },
    { title: 'pri', value: ({ priority }) => priority },
    { title: 'attempt', value: ({ attempt, max_attempts: most }) => `${attempt}/${most}`, align: 'right' },
    { title: 'age', value: ({ created_at: created }) => ago(created), align: 'right' },
    { title: 'agent', value: ({ agent_id: agent }) => agent },
    {
      title: 'at',
      value: ({ progress }) =>
        progress === undefined
          ? undefined
          : `${progress.step} ${progress.done}/${progress.total === 0 ? '?' : progress.total}`,
    },
  ]);
}

export const priorityOption = (): Option =>
  new Option('--priority <priority>', 'how soon: P0 at once, P1 5 min, P2 15 min, P3 best effort').choices(priorities);
