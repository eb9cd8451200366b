import { nextCommands } from './next';
import type { Target } from './place';
import { bootstrapPlan } from './plan';
import { look, planned, runPlan, type Surroundings } from './run';
import { projectNumberOf } from './shown';
import type { StepResult } from './step';

export interface Prepared {
  steps: StepResult[];
  /** The commands that come next; left out while something is left to a person. */
  next?: string[];
}

/** Makes what is missing before the first `pulumi up`. Throws a CommandError at the first failure; what was made stays. */
export async function prepare(target: Target, around: Surroundings): Promise<Prepared> {
  const number = projectNumberOf(await look(['projects', 'describe', target.project, '--format=json'], around));
  const steps = await runPlan(bootstrapPlan(target, number), around);
  return { steps, ...(!steps.some(({ state }) => state === 'person') && { next: nextCommands(target, number) }) };
}

/** What {@link prepare} would do, without asking Google. */
export function preview(target: Target): Required<Prepared> {
  const number = projectNumberOf(undefined);
  return { steps: planned(bootstrapPlan(target, number)), next: nextCommands(target, number) };
}
