import { Option, type Command } from 'commander';
import { gcloudOnPath } from '../bootstrap/gcloud';
import type { Target } from '../bootstrap/place';
import { prepare, preview, type Prepared } from '../bootstrap/prepare';
import type { StepResult, StepState } from '../bootstrap/step';
import { interrupted, type Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { systemClock } from '../local/clock';
import { verb, type Runner } from './verb';

const environments = ['dev', 'staging', 'prod'] as const;

export function bootstrapCommand(program: Command, run: Runner): void {
  verb(program, 'bootstrap', {
    summary: 'Prepare a Google Cloud project for the first `pulumi up`',
    description:
      'Makes what must be there before Pulumi can run: APIs, a bucket for the state, a key for the secrets of the stack, and with --github the connection and the identity that pipelines need. Makes only what is missing, so it can be run again; ends with the commands that come next. Needs gcloud, signed in as an owner of the project.',
    examples: [
      ['bootstrap --project P --environment dev --dry-run', 'what it would do, without asking Google'],
      ['bootstrap --project P --environment dev', 'prepare the project P'],
      ['bootstrap --project P --environment prod --github OWNER/REPO', 'also for pipelines of a repository'],
    ],
  })
    .requiredOption('--project <id>', 'id of a project that is there and has billing')
    .addOption(
      new Option('--environment <name>', 'environment, and name of its stack')
        .choices(environments)
        .makeOptionMandatory(),
    )
    .option('--region <name>', 'region of state and key', 'europe-west1')
    .option('--github <owner/repository>', 'repository that pipelines build')
    .option('--dry-run', 'print the plan and change nothing')
    .action(async (_options: unknown, command: Command) => run(bootstrap, command));
}

async function bootstrap({ ui, signal }: Context, command: Command): Promise<ExitCode> {
  const { dryRun = false, ...options } = command.opts<Target & { dryRun?: boolean }>();
  const target = checked(options);
  if (dryRun) {
    const plan = preview(target);
    ui.answer(plan, [...plan.steps.flatMap(plannedLines), '', 'Then:', ...plan.next.map(indented)].join('\n'));
    return exitCodes.ok;
  }
  const tell = (result: StepResult): void => ui.say(line(result));
  try {
    const done = await prepare(target, { gcloud: gcloudOnPath(signal), clock: systemClock, signal, tell });
    ui.answer(done, endingLines(done).join('\n'));
    return done.next === undefined ? exitCodes.failed : exitCodes.ok;
  } catch (error) {
    throw signal.aborted ? interrupted(['What was made stays; run it again to go on.']) : error;
  }
}

function endingLines({ steps, next }: Prepared): string[] {
  return next === undefined
    ? steps.flatMap(({ todo }) => (todo === undefined ? [] : [`Only you can do this: ${todo}`]))
    : ['Everything is there. Next:', ...next.map(indented)];
}

function checked(target: Target): Target {
  const { project, region, github } = target;
  const rules: [boolean, string][] = [
    [/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project), '--project is not the id of a project: 6 to 30 of a-z, 0-9 and -'],
    [/^[a-z]+-[a-z]+\d+$/.test(region), '--region is not a region such as europe-west1'],
    [github === undefined || /^[\w-]{1,39}\/[\w.-]{1,100}$/.test(github), '--github is OWNER/REPOSITORY'],
  ];
  const wrong = rules.filter(([right]) => !right).map(([, why]) => why);
  if (wrong.length > 0) throw new CommandError(exitCodes.usage, wrong.join('; '));
  return target;
}

const words: Record<StepState, string> = { there: 'already there', done: 'done', planned: 'plan', person: 'yours' };

function line({ state, describe }: StepResult): string {
  return `${words[state].padEnd(13)}  ${describe}`;
}

function plannedLines({ describe, commands = [], todo }: StepResult): string[] {
  return [describe, ...(todo === undefined ? [] : [indented(`by hand: ${todo}`)]), ...commands.map(indented)];
}

function indented(text: string): string {
  return `  ${text}`;
}
