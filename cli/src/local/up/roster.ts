import { agentTypes, type AgentTypeName } from '@agent-factory/contract';
import type { FactoryConfig } from '../../config/schema';

/** One agent to start. Its id stays the same over restarts, so that the dispatcher knows a restarted agent at once. */
export interface RosterEntry {
  id: string;
  type: AgentTypeName;
  slots: number;
}

/** The agents that a configuration asks for: one of each type of the catalogue unless it says otherwise. */
export function roster({ agents }: Pick<FactoryConfig, 'agents'>): RosterEntry[] {
  return agentTypes.flatMap(({ name, slots }) => {
    const wanted = agents[name];
    return Array.from({ length: wanted?.count ?? 1 }, (_, index) => ({
      id: `${name}-${index + 1}`,
      type: name,
      slots: wanted?.slots ?? slots,
    }));
  });
}
