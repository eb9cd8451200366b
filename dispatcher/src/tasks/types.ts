import { agentTypes, type AgentType, type AgentTypeName } from '@agent-factory/contract';

export type TypeTable = ReadonlyMap<AgentTypeName, AgentType>;

/** The catalogue with the queue limits of the configuration in place of its own. */
export function typeTable(queueLimits: Partial<Record<AgentTypeName, number>>): TypeTable {
  return new Map(
    agentTypes.map((type): [AgentTypeName, AgentType] => [
      type.name,
      { ...type, queue_limit: queueLimits[type.name] ?? type.queue_limit },
    ]),
  );
}
