import { CommandError, exitCodes } from '../exit';
import type { Clock } from '../local/clock';
import type { Ended, Gcloud } from './gcloud';
import type { Command, Step, StepResult } from './step';

/** What running a plan needs of the world. */
export interface Surroundings {
  gcloud: Gcloud;
  clock: Pick<Clock, 'sleep'>;
  signal: AbortSignal;
  /** Told of each step as it ends. */
  tell: (result: StepResult) => void;
}

/** What was made a moment ago is not everywhere at once: seconds between tries, and how many there are. */
const pauseMs = 10_000;
const tries = 12;

const absent = /not.found|\b404\b|may not exist/i;
const notYet = /has not been used in project|SERVICE_DISABLED|does not exist|concurrent policy changes|UNAVAILABLE/i;

/** Makes what is missing, in order, and nothing else; ends early where nothing can go on without a person. Throws at the first failure. */
export async function runPlan(plan: readonly Step[], around: Surroundings): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of plan) {
    const result = await runStep(step, around);
    around.tell(result);
    results.push(result);
    if (result.state === 'person' && step.first === true) break;
  }
  return results;
}

/** What the plan would do, without asking Google anything. */
export function planned(plan: readonly Step[]): StepResult[] {
  return plan.map((step) => ({
    id: step.id,
    describe: step.describe,
    state: 'planned',
    commands: step.apply.map(commandLine),
    ...(step.byHand !== undefined && { todo: step.byHand(undefined) }),
  }));
}

/** What gcloud shows; undefined when there is no such thing. Throws for anything else that it says. */
export async function look(command: Command, around: Surroundings): Promise<unknown> {
  const ended = await patient(command, around, (text) => notYet.test(text) && !absent.test(text));
  if (ended.code === 0) return ended.stdout.trim() === '' ? undefined : JSON.parse(ended.stdout);
  if (absent.test(ended.stderr)) return undefined;
  throw failure(command, ended);
}

async function runStep(step: Step, around: Surroundings): Promise<StepResult> {
  const { id, describe } = step;
  let shown = await look(step.check, around);
  if (step.isThere(shown)) return { id, describe, state: 'there' };
  if (step.byHand !== undefined) return { id, describe, state: 'person', todo: step.byHand(shown) };
  for (const command of step.apply) {
    const ended = await patient(command, around, (text) => notYet.test(text));
    if (ended.code !== 0) throw failure(command, ended);
  }
  for (let again = 0; again < tries; again += 1) {
    shown = await look(step.check, around);
    if (step.isThere(shown)) return { id, describe, state: 'done' };
    await pause(around);
  }
  throw new CommandError(exitCodes.failed, `${describe}: it was made, but is not as it should be`, {
    hints: [`Look at it: ${commandLine(step.check)}`],
  });
}

/** Runs a command again while it fails for a reason that passes by itself. */
async function patient(command: Command, around: Surroundings, passes: (text: string) => boolean): Promise<Ended> {
  for (let again = 1; ; again += 1) {
    const ended = await around.gcloud(command);
    if (ended.code === 0 || again === tries || !passes(ended.stderr)) return ended;
    await pause(around);
  }
}

async function pause({ clock, signal }: Surroundings): Promise<void> {
  await clock.sleep(pauseMs, signal);
  signal.throwIfAborted();
}

function failure(command: Command, { stderr, code }: Ended): CommandError {
  const said = stderr.trim() === '' ? [`it ended with ${code}`] : stderr.trim().split('\n');
  return new CommandError(exitCodes.failed, `this failed: ${commandLine(command)}`, {
    hints: [...said, 'What was made stays: run it again when this is mended, and it goes on from here.'],
  });
}

/** A command as a shell takes it. */
export function commandLine(command: Command): string {
  return ['gcloud', ...command]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
