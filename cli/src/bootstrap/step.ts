/** Arguments of `gcloud`. */
export type Command = readonly string[];

/** Something that must be there. A step only looks, unless what it looks for is missing. */
export interface Step {
  /** Short and stable, for scripts. */
  id: string;
  /** What is made, for people. */
  describe: string;
  /** Shows what there is, as JSON. That it ends with "not found" means that there is nothing. */
  check: Command;
  /** Whether what the check showed is what is wanted. */
  isThere: (shown: unknown) => boolean;
  /** Makes it, in order. Each may be run again. Empty where only a person can. */
  apply: readonly Command[];
  /** What a person must do, where no command can; it may lie in what the check showed. */
  byHand?: (shown: unknown) => string;
  /** Whether nothing after it can work without it. */
  first?: boolean;
}

/** How a step ended. */
export type StepState = 'there' | 'done' | 'planned' | 'person';

export interface StepResult {
  id: string;
  describe: string;
  state: StepState;
  /** With `planned`: what would be run when it is missing. */
  commands?: string[];
  /** With `person`: what to do. */
  todo?: string;
}
