import { isAgentTypeName, parseTaskId, type FactoryEvent } from '@agent-factory/contract';
import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { brief, patient } from '../client/retry';
import type { Context } from '../context';
import { CommandError, exitCodes, type ExitCode } from '../exit';
import { systemClock } from '../local/clock';
import type { FactoryPaths } from '../local/paths';
import { readLastLines } from '../local/supervisor/logFile';
import { tail } from '../local/tail';
import { formatLogLine } from '../output/logLine';
import { clean } from '../output/ui';
import { verb, type Runner } from './verb';

interface Options {
  follow?: boolean;
  lines: string;
}

export function logsCommand(program: Command, run: Runner): void {
  verb(program, 'logs', {
    summary: 'Show logs of a task, an agent, a type or the whole factory',
    description:
      'Shows logs. Of a task: what happened to it and what its agent and tools wrote, from the dispatcher. Of an agent (python-1), a type (python), dispatcher or redis, or of all parts: the log files of this folder.',
    examples: [
      ['logs -f', 'all parts, as they write'],
      ['logs -f python-01k…', 'one task, until it has ended'],
      ['logs dispatcher -n 200', 'the last 200 lines of one part'],
    ],
  })
    .argument('[of]', 'task id, agent id, agent type, dispatcher or redis; without it all parts')
    .option('-f, --follow', 'go on as more is written')
    .option('-n, --lines <count>', 'last lines of each part', '30')
    .action(async (_of: unknown, _options: unknown, command: Command) => run(showLogs, command));
}

async function showLogs(context: Context, command: Command): Promise<ExitCode> {
  const { follow = false, lines } = command.opts<Options>();
  const [of] = command.args;
  if (of !== undefined && parseTaskId(of) !== undefined) return taskLog(context, of, follow);
  const count = Number(lines);
  if (!Number.isInteger(count) || count < 0) throw new CommandError(exitCodes.usage, '--lines takes a whole number');
  const paths = context.paths();
  const parts = partsOf(paths, of);
  const show = (part: string, line: string): void => {
    context.ui.line(
      { part, line },
      parts.length > 1 ? `${part.padEnd(14)} ${formatLogLine(line)}` : formatLogLine(line),
    );
  };
  for (const part of parts) for (const line of readLastLines(paths.log(part), count)) show(part, line);
  if (follow) {
    await Promise.all(
      parts.map(async (part) => {
        for await (const line of tail(paths.log(part), systemClock, context.signal)) show(part, line);
      }),
    );
  }
  return exitCodes.ok;
}

/** The parts whose logs are meant, those with a log file. */
function partsOf({ logs, home }: FactoryPaths, of: string | undefined): string[] {
  const all = existsSync(logs)
    ? readdirSync(logs)
        .filter((name) => name.endsWith('.log'))
        .map((name) => name.slice(0, -4))
    : [];
  const parts = all.filter(
    (part) => of === undefined || part === of || (isAgentTypeName(of) && new RegExp(`^${of}-\\d+$`).test(part)),
  );
  if (parts.length > 0) return parts.toSorted();
  throw new CommandError(
    exitCodes.failed,
    of === undefined ? `no factory has run in ${home}` : `there is no log of "${of}"`,
    {
      hints:
        all.length > 0 ? [`There are logs of: ${all.toSorted().join(', ')}. A task is named by its whole id.`] : [],
    },
  );
}

/** Without --follow, what there is by now: the stream of a task that has not ended is left once its task has been caught up with. */
async function taskLog({ client: clientFor, ui, signal }: Context, id: string, follow: boolean): Promise<ExitCode> {
  const client = clientFor(follow ? patient : brief);
  const task = await client.task(id);
  const open = new AbortController();
  const stop = (): void => open.abort();
  signal.addEventListener('abort', stop, { once: true });
  const idle = (): NodeJS.Timeout | undefined =>
    follow || task.finished_at !== undefined ? undefined : setTimeout(stop, 400);
  let timer = idle();
  try {
    for await (const event of client.taskEvents(id, { signal: open.signal, policy: follow ? patient : brief })) {
      clearTimeout(timer);
      ui.line(event, eventLine(event));
      timer = idle();
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return signal.aborted ? exitCodes.interrupted : exitCodes.ok;
}

/** An event of a task as one line. */
function eventLine({ at, kind, message, data, attempt, agent_id: agent }: FactoryEvent): string {
  const time = at.slice(11, 23);
  if (kind === 'log') {
    const stream = typeof data === 'object' && data !== null && !Array.isArray(data) ? data['stream'] : undefined;
    return `${time} ${typeof stream === 'string' ? stream.padEnd(6) : 'log   '} ${clean(message ?? '')}`;
  }
  const details = [
    message,
    agent === undefined ? undefined : `agent ${agent}`,
    attempt === undefined ? undefined : `attempt ${attempt}`,
  ].filter((text) => text !== undefined);
  return `${time} ${kind}${details.length > 0 ? `: ${clean(details.join(', '))}` : ''}`;
}
