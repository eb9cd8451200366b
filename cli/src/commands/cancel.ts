import { FactoryError, parseTaskId, type Task } from '@agent-factory/contract';
import { isCancel, multiselect } from '@clack/prompts';
import type { Command } from 'commander';
import { brief } from '../client/retry';
import type { FactoryClient } from '../client/factory';
import { interrupted, type Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { clean } from '../output/ui';
import { verb, type Runner } from './verb';

export function cancelCommand(program: Command, run: Runner): void {
  verb(program, 'cancel', {
    summary: 'Cancel tasks, also running ones',
    description:
      'Cancels tasks. One that waits ends at once; one that runs is asked to stop. At a terminal without ids, lets you choose.',
    examples: [
      ['cancel python-01k…', 'one task'],
      ['cancel', 'choose from those that have not ended'],
    ],
  })
    .argument('[id...]', 'ids of tasks')
    .action(async (_ids: unknown, _options: unknown, command: Command) => run(cancelTasks, command));
}

async function cancelTasks({ ui, client: clientFor }: Context, command: Command): Promise<ExitCode> {
  const client = clientFor(brief);
  const ids = command.args.length > 0 ? command.args : ui.interactive ? await choose(client) : [];
  if (ids.length === 0)
    throw new CommandError(exitCodes.usage, 'name at least one task', { hints: ['`factory tasks` lists them.'] });
  const wrong = ids.filter((id) => parseTaskId(id) === undefined);
  if (wrong.length > 0)
    throw new CommandError(exitCodes.usage, `not the id of a task: ${wrong.map(clean).join(', ')}`, {
      hints: ['An id is a type and 26 characters, such as python-01k…; `factory tasks` lists them.'],
    });
  const outcomes = await Promise.all(ids.map(async (id) => ({ id, ...(await cancelOne(client, id)) })));
  const lines = outcomes.map(
    ({ id, task, error }) =>
      `${id}  ${task === undefined ? (error?.detail ?? '') : task.state === 'running' ? 'asked to stop' : task.state}`,
  );
  ui.answer(
    {
      tasks: outcomes.map(({ id, task, error }) => ({
        id,
        ...(task === undefined ? { code: error?.code } : { state: task.state }),
      })),
    },
    lines.join('\n'),
  );
  return outcomes.some(({ error }) => error !== undefined) ? exitCodes.failed : exitCodes.ok;
}

async function cancelOne(client: FactoryClient, id: string): Promise<{ task?: Task; error?: FactoryError }> {
  try {
    return { task: await client.cancel(id) };
  } catch (error) {
    if (error instanceof FactoryError && (error.code === 'TASK_NOT_FOUND' || error.code === 'TASK_FINISHED'))
      return { error };
    throw error;
  }
}

async function choose(client: FactoryClient): Promise<string[]> {
  const states = ['running', 'queued', 'delayed'];
  const open = (await Promise.all(states.map((state) => client.tasks({ state, limit: 100 })))).flatMap(
    ({ tasks }) => tasks,
  );
  if (open.length === 0) throw new CommandError(exitCodes.failed, 'there is no task that could be cancelled');
  const chosen = await multiselect({
    message: 'Which tasks?',
    options: open.map(({ id, state, priority }) => ({ value: id, label: id, hint: `${state}, ${priority}` })),
    maxItems: 15,
  });
  if (isCancel(chosen)) throw interrupted();
  return chosen;
}
