import { z } from 'zod';

/**
 * States of a task:
 *
 * delayed ─▶ queued ─▶ running ─▶ succeeded | failed | cancelled
 *    ▲──────────────────┤ retry        (delayed or queued ─▶ cancelled too)
 *               ▲───────┘ lease lost or handed back          failed ─▶ queued (redrive)
 */
export const taskStateSchema = z
  .enum(['delayed', 'queued', 'running', 'succeeded', 'failed', 'cancelled'])
  .meta({ id: 'TaskState' });
export type TaskState = z.infer<typeof taskStateSchema>;

export const terminalStates = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly TaskState[];
export type TerminalState = (typeof terminalStates)[number];

/** Which state may follow which; the queue's property test holds every history against it. */
export const taskTransitions: Record<TaskState, readonly TaskState[]> = {
  delayed: ['queued', 'cancelled'],
  queued: ['running', 'cancelled'],
  running: ['queued', 'delayed', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: [],
};

export function isTerminal(state: TaskState): state is TerminalState {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** States of an agent (D2). */
export const agentStateSchema = z
  .enum(['PROVISIONING', 'WARMING', 'READY', 'BUSY', 'HIBERNATING', 'DRAINING', 'UNHEALTHY'])
  .meta({ id: 'AgentState' });
export type AgentState = z.infer<typeof agentStateSchema>;
