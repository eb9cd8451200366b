import { Argument, type Command } from 'commander';
import { prepareOut } from '../audit/outFolder';
import { openRepository } from '../audit/repository';
import { patient } from '../client/retry';
import type { Context } from '../context';
import { exitCodes, type ExitCode } from '../exit';
import { auditAnswer, auditSummary, auditWithProgress } from './audit';
import { verb, type Runner } from './verb';

interface Options {
  repo?: string;
  runTests?: boolean;
  out?: string;
}

export function runCommand(program: Command, run: Runner): void {
  verb(program, 'run', {
    summary: 'Run a job of many tasks: audit',
    description:
      'Runs a job. `audit` sends one task with a plan to every agent type and gathers what they find out about a Git repository into one HTML and JSON report: what an engineer wants to know who was just handed it. It works on a copy of HEAD, needs no model, and asks nothing of the network. With a model configured each agent adds findings in words. After Ctrl-C the tasks that were accepted are still done.',
    examples: [
      ['run audit', 'the repository of the current folder'],
      ['run audit --repo ../other --out report', 'another one, the report into a folder of your choice'],
      ['run audit --run-tests', 'runs its test suites too: code of the repository, in the confinement of the tools'],
    ],
  })
    .addArgument(new Argument('<job>', 'the job').choices(['audit']))
    .option('--repo <path>', 'the Git repository; without it that of the folder of the factory')
    .option('--run-tests', 'run the test suites that are found')
    .option(
      '--out <folder>',
      'folder for report.html and report.json; without it .factory/reports/…, and .factory/reports/latest points at it',
    )
    .action(async (_job: unknown, _options: unknown, command: Command) => run(audit, command));
}

async function audit({ ui, client, folder, paths, signal }: Context, command: Command): Promise<ExitCode> {
  const { repo = folder, runTests = false, out } = command.opts<Options>();
  const repository = await openRepository(repo);
  if (out !== undefined) prepareOut(out);
  const { report, files } = await auditWithProgress(ui, {
    client: client(patient),
    repository,
    runTests,
    out,
    reports: paths().reports,
    signal,
  });
  ui.answer(auditAnswer(report, files), auditSummary(report, files));
  return report.sections.every(({ state }) => state === 'succeeded' || state === 'skipped')
    ? exitCodes.ok
    : exitCodes.taskFailed;
}
