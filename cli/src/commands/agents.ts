import type { Command } from 'commander';
import { brief } from '../client/retry';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { stateOfFactoryAt } from '../local/state';
import { ago } from '../output/format';
import { table } from '../output/table';
import { verb, type Runner } from './verb';

export function agentsCommand(program: Command, run: Runner): void {
  verb(program, 'agents', {
    summary: 'List the agents that are registered',
    description:
      'Lists the agents that are registered. RESTARTS counts how often the supervisor of this folder started the process again; of agents of a factory elsewhere it is not known. A connection that was lost and made again is no restart.',
    examples: [
      ['agents', 'all of them'],
      ['agents --type python --json', 'those of one type, for a script'],
    ],
  })
    .option('--type <type>', 'of one agent type')
    .action(async (_options: unknown, command: Command) => run(listAgents, command));
}

async function listAgents({ ui, client: clientFor, paths }: Context, command: Command): Promise<ExitCode> {
  const client = clientFor(brief);
  const registered = await client.agents(command.opts<{ type?: string }>().type);
  const parts = stateOfFactoryAt(client.url, paths().state)?.parts;
  const agents = registered.map((agent) => {
    const restarts = parts?.find(({ name }) => name === agent.id)?.restarts;
    return restarts === undefined ? agent : { ...agent, restarts };
  });
  const text = table(
    agents.toSorted((a, b) => a.id.localeCompare(b.id)),
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'type', value: ({ type }) => type },
      { title: 'state', value: ({ state }) => state },
      { title: 'busy', value: ({ busy, slots }) => `${busy}/${slots}`, align: 'right' },
      { title: 'tools confined by', value: ({ confinement }) => confinement },
      { title: 'heard', value: ({ last_heartbeat: heard }) => `${ago(heard)} ago`, align: 'right' },
      // Of the process, as its supervisor counts them: restart_count is how often it registered again, for a lost connection too.
      { title: 'restarts', value: (agent) => ('restarts' in agent ? agent.restarts : undefined), align: 'right' },
    ],
  );
  ui.answer({ agents }, agents.length === 0 ? 'No agents.' : text);
  return exitCodes.ok;
}
