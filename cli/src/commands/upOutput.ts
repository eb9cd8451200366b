import { relative } from 'node:path';
import { routes } from '../client/routes';
import type { UpEvent } from '../local/up/events';
import type { Running } from '../local/up/factory';
import type { FactoryPaths } from '../local/paths';
import { formatLogLine } from '../output/logLine';
import { paint, type Ui } from '../output/ui';

/** What `up` tells beside the events of its parts. */
export type UpMessage = UpEvent | ({ event: 'up' } & Omit<Running, 'token'>);

/** Tells what `up` does: one JSON object a line with --json, else lines for people. `text` is for what has its own words. */
export function upReporter(ui: Ui): (message: UpMessage, text?: string) => void {
  const starting = new Set<string>();
  const ready = new Set<string>();
  let isUp = false;
  return (message, text) => {
    if (ui.json) return ui.line(message, '');
    switch (message.event) {
      case 'said':
        return ui.say(message.text);
      case 'warned':
        return ui.warn(message.text);
      case 'starting':
        starting.add(message.part);
        return isUp ? undefined : ui.status(startLine(message.part, starting, ready));
      case 'ready':
        ready.add(message.part);
        if (message.again) return ui.say(paint('green', `${message.part} is back after ${message.seconds} s.`));
        return isUp ? undefined : ui.status(startLine(message.part, starting, ready));
      case 'crashed':
        ui.warn(`${message.part} ${message.how}; it is started again in ${message.restart_in_seconds} s.`);
        if (message.persistent) ui.warn(keepsCrashing(message));
        return undefined;
      case 'up':
        isUp = true;
        ui.status('');
        return ui.line(message, text ?? '');
      case 'stopping':
        return ui.say(`Stopping ${message.what}…`);
      case 'stopped':
        return ui.say(`Stopped in ${message.seconds} s.`);
    }
  };
}

/** Redis and the dispatcher come one by one, the agents side by side. */
function startLine(part: string, starting: ReadonlySet<string>, ready: ReadonlySet<string>): string {
  if (part === 'redis' || part === 'dispatcher') return `Starting ${part}…`;
  const count = ({ size }: ReadonlySet<string>): number => Math.max(0, size - (starting.has('redis') ? 2 : 1));
  return `Starting agents: ${count(ready)} of ${count(starting)} ready`;
}

function keepsCrashing({ part, last_lines: lines, log }: Extract<UpEvent, { event: 'crashed' }>): string {
  return [
    `${part} keeps crashing. Its last lines (all of them: ${log}):`,
    ...lines.slice(-8).map((line) => `  ${formatLogLine(line)}`),
  ].join('\n');
}

/** Where everything is, once it is up. */
export function upSummary(
  { url, grpc, redis, confinement, agents, notReady, readySeconds }: Running,
  paths: FactoryPaths,
): string {
  const near = (path: string): string => relative(process.cwd(), path) || '.';
  const count =
    notReady.length === 0
      ? `${agents} agents`
      : `${agents - notReady.length} of ${agents} agents (not yet: ${notReady.join(', ')})`;
  const rows = [
    ['API', url],
    ['Docs', `${url}${routes.docs}`],
    ['Metrics', `${url}${routes.metrics}`],
    ['gRPC', grpc],
    ['Token', near(paths.token)],
    ['Redis', redis],
    ['Tools', confinement === 'none' ? 'NOT confined' : `confined by ${confinement}`],
    ['Logs', `${near(paths.logs)} (factory logs -f)`],
  ] as const;
  const head = paint('bold', `The factory is up: ${count}, ready in ${readySeconds.toFixed(1)} s`, process.stdout);
  return ['', head, ...rows.map(([name, value]) => `  ${name.padEnd(8)} ${value}`), ''].join('\n');
}
