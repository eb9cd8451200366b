import { agentTypeNames, type Problem, type Task } from '@agent-factory/contract';
import { isCancel, select, text } from '@clack/prompts';
import type { Command } from 'commander';
import { followTasks, refusal } from '../audit/follow';
import { packRepository } from '../audit/artifact';
import { openRepository } from '../audit/repository';
import type { FactoryClient } from '../client/factory';
import { patient } from '../client/retry';
import { interrupted, type Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { toFailure } from '../failure';
import { duration } from '../output/format';
import { clean, paint, type Ui } from '../output/ui';
import { readSpecs, specFromOptions, type SpecInput, type SubmitOptions } from './submitSpec';
import { priorityOption, taskTable } from './tasks';
import { verb, type Runner } from './verb';

export function submitCommand(program: Command, run: Runner): void {
  verb(program, 'submit', {
    summary: 'Submit a task, or many',
    description:
      'Submits a task from options, or tasks from a YAML or JSON file (one task, a list, or {tasks: […]}) or from stdin with "-". Of many, each is taken or refused by itself and has a line of its own; the exit code is 2 when any was refused. At a terminal with nothing given, asks.',
    examples: [
      ['submit --type python --prompt "Sum the column in data.csv" --wait', 'work for the model of a type'],
      [
        'submit --task-type code-review --repo . --prompt "Review HEAD"',
        'with a Git repository at ./repo; rules choose the type',
      ],
      ['submit --type tester --plan steps.yaml --wait --json', 'tool calls given beforehand; the result as JSON'],
      ['submit tasks.yaml', 'a batch, each taken or refused by itself'],
    ],
  })
    .argument('[file]', 'YAML or JSON file; "-" reads stdin')
    .option('--type <type>', 'agent type')
    .option('--task-type <type>', 'kind of work, which rules route to an agent type')
    .option('--prompt <text>', 'what the model shall do')
    .option('--model <model>', 'a configured model, instead of that of the type')
    .option('--plan <file>', 'file with the steps of a plan; "-" reads stdin')
    .option('--repo <path>', 'Git repository that the task finds at ./repo')
    .addOption(priorityOption())
    .option('--crew <crew>', 'crew the task belongs to')
    .option('--label <key=value...>', 'label; may be given more than once')
    .option('--delay <seconds>', 'start no sooner')
    .option('--timeout <seconds>', 'of one attempt')
    .option('--max-attempts <count>', 'how often it is tried')
    .option('--idempotency-key <key>', 'with the same key, the first task is answered again')
    .option('--wait', 'wait until it has ended, and answer with the result; exit code 4 when it failed')
    .action(async (_file: unknown, _options: unknown, command: Command) => run(submit, command));
}

async function submit(context: Context, command: Command): Promise<ExitCode> {
  const { ui, client: clientFor } = context;
  const options = command.opts<SubmitOptions>();
  const [file] = command.args;
  const specs = await collect(context, options, file);
  const client = clientFor(patient);
  if (options.repo !== undefined) await attachRepository(context, specs, options.repo);
  const [only] = specs;
  if (specs.length > 1 || only === undefined) return submitMany(context, client, specs, options);
  const task = await client.submit(only, options.idempotencyKey);
  if (options.wait === true) {
    const [ended = task] = await wait(context, [task]);
    ui.answer(ended, outcome(ended));
    return exitCodeOf([ended]);
  }
  ui.answer(task, task.id);
  return exitCodes.ok;
}

/** Submits a batch: what was accepted goes on, whatever becomes of the others; each task is told of in a line of its own. */
async function submitMany(
  context: Context,
  client: FactoryClient,
  specs: readonly SpecInput[],
  { idempotencyKey = batchKey, wait: shallWait = false }: SubmitOptions,
): Promise<ExitCode> {
  const { ui } = context;
  const { results } = await client.submitBatch(
    specs.map((spec, index) => ({ idempotency_key: `${idempotencyKey}-${index}`, ...spec })),
  );
  const refused = results.filter(({ status }) => status === 'refused').length;
  const accepted = results.flatMap((result, index) =>
    result.status === 'accepted' ? [{ item: index + 1, task: result.task }] : [],
  );
  const tellTask = (item: number, task: Task, text: string): void => ui.line({ item, status: 'accepted', task }, text);
  results.forEach((result, index) => {
    if (result.status === 'refused') tellRefused(ui, index + 1, result.problem);
    else if (!shallWait || !ui.json) tellTask(index + 1, result.task, result.task.id);
  });
  let exitCode: ExitCode = exitCodes.ok;
  if (shallWait && accepted.length > 0) {
    const ended = await wait(
      context,
      accepted.map(({ task }) => task),
    );
    if (!ui.json) ui.line(undefined, taskTable(ended));
    else for (const [index, task] of ended.entries()) tellTask(accepted[index]?.item ?? index + 1, task, '');
    exitCode = exitCodeOf(ended);
  }
  return refused > 0 ? exitCodes.usage : exitCode;
}

function tellRefused(ui: Ui, item: number, problem: Problem): void {
  if (ui.json) return ui.line({ item, status: 'refused', problem }, '');
  const { code, message, hints } = toFailure(refusal(problem));
  ui.warn([`task ${item} was refused: ${code ?? ''}: ${message}`, ...hints.map((hint) => `  ${hint}`)].join('\n'));
}

function exitCodeOf(tasks: readonly Task[]): ExitCode {
  return tasks.every(({ state }) => state === 'succeeded') ? exitCodes.ok : exitCodes.taskFailed;
}

/** One a process: a batch that is sent again because an answer was lost makes no second tasks. */
const batchKey = crypto.randomUUID();

async function collect({ ui }: Context, options: SubmitOptions, file: string | undefined): Promise<SpecInput[]> {
  if (file !== undefined) return readSpecs(file, options);
  if (options.prompt !== undefined || options.plan !== undefined) return [await specFromOptions(options)];
  if (ui.interactive) return [await specFromOptions(await ask(options))];
  throw new CommandError(exitCodes.usage, 'nothing to submit', {
    hints: ['Give a file, --prompt or --plan; `factory submit --help` has examples.'],
  });
}

async function ask(options: SubmitOptions): Promise<SubmitOptions> {
  const type =
    options.type ??
    (options.taskType === undefined
      ? await select({
          message: 'Which agent type?',
          options: agentTypeNames.map((value) => ({ value: value as string })),
        })
      : undefined);
  if (isCancel(type)) throw interrupted();
  const prompt = await text({
    message: 'What shall it do?',
    validate: (value) => ((value ?? '').trim() === '' ? 'Say what it shall do' : undefined),
  });
  if (isCancel(prompt)) throw interrupted();
  return { ...options, prompt, ...(type === undefined ? {} : { type }) };
}

async function attachRepository({ client, signal, ui }: Context, specs: SpecInput[], path: string): Promise<void> {
  const artifact = await packRepository(await openRepository(path), undefined, signal);
  try {
    ui.say('Uploading the repository.');
    await client(patient).putArtifact(artifact.digest, artifact.file);
    for (const spec of specs)
      spec['inputs'] = [
        ...(Array.isArray(spec['inputs']) ? spec['inputs'] : []),
        { artifact: artifact.digest, path: 'repo', unpack: 'git' },
      ];
  } finally {
    await artifact.drop();
  }
}

/** The tasks as they ended, in the order given. */
async function wait({ ui, client, signal }: Context, submitted: readonly Task[]): Promise<Task[]> {
  const onChange = ({ id, state, progress }: Task): void =>
    ui.status(`${id} ${state}${progress === undefined ? '' : `: ${clean(progress.step)}`}`);
  let ended: Map<string, Task>;
  try {
    ended = await followTasks(
      client(patient),
      submitted.map(({ id }) => id),
      { signal, onChange },
    );
  } catch (error) {
    if (signal.aborted) throw interrupted([`The task goes on: factory logs -f ${submitted[0]?.id ?? ''}`]);
    throw error;
  }
  ui.status('');
  return submitted.map((task) => ended.get(task.id) ?? task);
}

function outcome({ id, state, result, attempt, started_at: started, finished_at: finished }: Task): string {
  const took =
    started === undefined || finished === undefined
      ? ''
      : ` in ${duration(Date.parse(finished) - Date.parse(started))}`;
  const head = paint(
    state === 'succeeded' ? 'green' : 'red',
    `${id} ${state}${took}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    process.stdout,
  );
  const error = result?.error === undefined ? [] : [`${result.error.code}: ${clean(result.error.message)}`];
  const output =
    result?.output === undefined
      ? []
      : [typeof result.output === 'string' ? clean(result.output) : JSON.stringify(result.output, null, 2)];
  return [head, ...error, ...output].join('\n');
}
