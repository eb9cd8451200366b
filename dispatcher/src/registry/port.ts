import type { Agent, AgentState, AgentTypeName } from '@agent-factory/contract';

/** Which agents there are. A row disappears by itself when its agent has been silent for the retention. */
export interface AgentRegistry {
  /**
   * Adds an agent, or takes over a row with the same id (restart_count + 1). `connection` names the stream: later calls with another
   * connection's name are ignored, so that a stale stream cannot overwrite a fresh one.
   */
  register(
    agent: Omit<Agent, 'registered_at' | 'last_heartbeat' | 'restart_count' | 'busy' | 'state'>,
    connection: string,
  ): Promise<Agent>;
  /** Records life and load. Answers false when the row belongs to another connection or is gone. */
  heartbeat(id: string, connection: string, busy: number, state: AgentState): Promise<boolean>;
  /** Removes the row unless it belongs to another connection; answers false when it does. Safe to repeat. */
  deregister(id: string, connection: string): Promise<boolean>;
  /** Throws AGENT_NOT_FOUND. */
  get(id: string): Promise<Agent>;
  /** Agents that fit every filter given; `tool` finds by capability. */
  list(filter?: { type?: AgentTypeName; tool?: string; state?: AgentState }): Promise<Agent[]>;
}
