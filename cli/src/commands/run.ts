import { Argument, Option, type Command } from 'commander';
import { prepareOut } from '../audit/outFolder';
import { openRepository } from '../audit/repository';
import { recordToResume } from '../audit/resume';
import { patient } from '../client/retry';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { auditWithProgress, resumeWithProgress, type Audited } from './audit';
import { auditAnswer, auditSummary } from './auditOutput';
import { verb, type Runner } from './verb';

interface Options {
  repo?: string;
  runTests?: boolean;
  out?: string;
  resume?: string | true;
}

export function runCommand(program: Command, run: Runner): void {
  verb(program, 'run', {
    summary: 'Run a job of many tasks: audit',
    description:
      'Runs a job. `audit` sends one task with a plan to every agent type and gathers what they find out about a Git repository into one HTML and JSON report: what an engineer wants to know who was just handed it. It works on a copy of HEAD, needs no model, and asks nothing of the network. With a model configured each agent adds findings in words. After Ctrl-C the tasks that were accepted are still done, and --resume gathers them into the report.',
    examples: [
      ['run audit', 'the repository of the current folder'],
      ['run audit --repo ../other --out report', 'another one, the report into a folder of your choice'],
      ['run audit --resume', 'goes on with the last one that was interrupted'],
      ['run audit --run-tests', 'runs its test suites too: code of the repository, in the confinement of the tools'],
    ],
  })
    .addArgument(new Argument('<job>', 'the job').choices(['audit']))
    .option('--repo <path>', 'the Git repository; without it that of the folder of the factory')
    .option('--run-tests', 'run the test suites that are found')
    .addOption(
      new Option(
        '--resume [audit]',
        'gather the report of an audit that was interrupted: the one of this id, or the last; its repository and options are those it began with',
      ).conflicts(['repo', 'runTests']),
    )
    .option(
      '--out <folder>',
      'folder for report.html and report.json; without it .factory/reports/…, and .factory/reports/latest points at it',
    )
    .action(async (_job: unknown, _options: unknown, command: Command) => run(audit, command));
}

async function audit(context: Context, command: Command): Promise<ExitCode> {
  const { resume } = command.opts<Options>();
  const { report, files } = await (resume === undefined ? begin(context, command) : goOn(context, command, resume));
  context.ui.answer(auditAnswer(report, files), auditSummary(report, files));
  return report.sections.every(({ state }) => state === 'succeeded' || state === 'skipped')
    ? exitCodes.ok
    : exitCodes.taskFailed;
}

async function begin({ ui, client, folder, paths, signal }: Context, command: Command): Promise<Audited> {
  const { repo = folder, runTests = false, out } = command.opts<Options>();
  const repository = await openRepository(repo);
  if (out !== undefined) prepareOut(out);
  const { reports } = paths();
  return auditWithProgress(ui, { client: () => client(patient), repository, runTests, out, reports, signal });
}

async function goOn({ ui, client, paths, signal }: Context, command: Command, resume: string | true): Promise<Audited> {
  const { out } = command.opts<Options>();
  const { reports } = paths();
  const record = recordToResume(reports, resume === true ? undefined : resume);
  if (out !== undefined) prepareOut(out);
  return resumeWithProgress(ui, record, { client: () => client(patient), out, reports, signal });
}
