/** What one type has to do. */
export interface Load {
  /** Tasks that wait for an agent. */
  waiting: number;
  /** Agents at work. A lease is counted as an agent: exact with one slot an agent, and never too few with more. */
  busy: number;
}

/**
 * `task_queue_depth` of a type: waiting + target × busy. An HPA with AverageValue = target then asks for enough agents for what waits
 * besides those at work, so that none of these is ever too many.
 */
export function depthOf({ waiting, busy }: Load, target: number): number {
  return waiting + target * busy;
}
