import { clean, paint } from './ui';

const levels: Record<number, readonly [string, Parameters<typeof paint>[0] | undefined]> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['info', undefined],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};

/** Fields that every line has and no reader wants. */
const dull = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'v', 'name']);

/** A line of a log for people: those of our programs are JSON (pino); all others are shown as they are. */
export function formatLogLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return clean(line);
  const { level, time, msg } = entry;
  const [word, style] = (typeof level === 'number' ? levels[level] : undefined) ?? [String(level), undefined];
  const at =
    typeof time === 'number'
      ? new Date(time).toISOString().slice(11, 23)
      : typeof time === 'string'
        ? time.slice(11, 23)
        : '';
  const rest = Object.entries(entry).filter(([key]) => !dull.has(key));
  const fields = rest
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const tag = style === undefined ? word.padEnd(5) : paint(style, word.padEnd(5), process.stdout);
  return `${at} ${tag} ${clean(typeof msg === 'string' ? msg : '')}${fields === '' ? '' : ` ${paint('dim', clean(fields), process.stdout)}`}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
