import type { Command } from 'commander';
import { brief } from '../client/retry';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { ago } from '../output/format';
import { table } from '../output/table';
import { verb, type Runner } from './verb';

export function agentsCommand(program: Command, run: Runner): void {
  verb(program, 'agents', {
    summary: 'List the agents that are registered',
    examples: [
      ['agents', 'all of them'],
      ['agents --type python --json', 'those of one type, for a script'],
    ],
  })
    .option('--type <type>', 'of one agent type')
    .action(async (_options: unknown, command: Command) => run(listAgents, command));
}

async function listAgents({ ui, client }: Context, command: Command): Promise<ExitCode> {
  const agents = await client(brief).agents(command.opts<{ type?: string }>().type);
  const text = table(
    agents.toSorted((a, b) => a.id.localeCompare(b.id)),
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'type', value: ({ type }) => type },
      { title: 'state', value: ({ state }) => state },
      { title: 'busy', value: ({ busy, slots }) => `${busy}/${slots}`, align: 'right' },
      { title: 'tools confined by', value: ({ confinement }) => confinement },
      { title: 'heard', value: ({ last_heartbeat: heard }) => `${ago(heard)} ago`, align: 'right' },
      { title: 'restarts', value: ({ restart_count: restarts }) => restarts, align: 'right' },
    ],
  );
  ui.answer({ agents }, agents.length === 0 ? 'No agents.' : text);
  return exitCodes.ok;
}
