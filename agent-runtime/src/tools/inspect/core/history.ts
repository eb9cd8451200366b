import type { Context } from './context';

/** One commit, as `git log` tells it. Times are committer seconds since 1970. */
export interface Commit {
  author: string;
  email: string;
  time: number;
  merge: boolean;
}

export interface History {
  commits: Commit[];
  /** False when time, size or the limit of commits cut the list; the newest are kept. */
  complete: boolean;
  shallow: boolean;
}

/** Splits the output of `git log -z --format=%aN%x1f%aE%x1f%ct%x1f%P`. */
function parseCommits(output: string): Commit[] {
  const commits: Commit[] = [];
  for (const record of output.split('\0')) {
    const [author, email, time, parents] = record.split('\x1f');
    const seconds = Number(time);
    if (author === undefined || parents === undefined || !Number.isFinite(seconds)) continue;
    commits.push({ author, email: (email ?? '').toLowerCase(), time: seconds, merge: parents.includes(' ') });
  }
  return commits;
}

/** Reads the history of HEAD, newest first; names follow .mailmap. */
export async function readHistory(context: Context): Promise<History> {
  if (!context.hasCommits) return { commits: [], complete: true, shallow: false };
  const max = context.limits.maxCommits;
  const log = await context.git(['log', '-z', `--max-count=${max}`, '--format=%aN%x1f%aE%x1f%ct%x1f%P', 'HEAD']);
  const shallow = await context.git(['rev-parse', '--is-shallow-repository']);
  const commits = parseCommits(log.stdout.toString('utf8'));
  if (!log.ok && log.complete) context.section.note(`git log failed: ${log.stderr}`);
  return {
    commits,
    complete: log.ok && commits.length < max,
    shallow: shallow.stdout.toString('latin1').trim() === 'true',
  };
}

/** One author: commits whose e-mail address is the same, under the name used most. */
export interface Author {
  name: string;
  email: string;
  commits: number;
  first: number;
  last: number;
}

/** Authors by e-mail address (by name where there is none), most commits first. */
export function authorsOf(commits: readonly Commit[]): Author[] {
  const authors = new Map<string, { names: Map<string, number>; author: Author }>();
  for (const { author: name, email, time } of commits) {
    const key = email === '' ? name : email;
    let entry = authors.get(key);
    if (!entry) {
      entry = { names: new Map(), author: { name, email, commits: 0, first: time, last: time } };
      authors.set(key, entry);
    }
    entry.names.set(name, (entry.names.get(name) ?? 0) + 1);
    entry.author.commits += 1;
    entry.author.first = Math.min(entry.author.first, time);
    entry.author.last = Math.max(entry.author.last, time);
  }
  return [...authors.values()]
    .map(({ names, author }) => ({ ...author, name: [...names].sort((a, b) => b[1] - a[1])[0]?.[0] ?? author.name }))
    .sort((a, b) => b.commits - a.commits || (a.email < b.email ? -1 : 1));
}

/** Commits a month from the first to the last, months without commits included; at most 1,200 months. */
export function perMonth(commits: readonly Commit[]): { label: string; value: number }[] {
  const counts = new Map<number, number>();
  for (const { time } of commits) {
    const date = new Date(time * 1000);
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (!Number.isNaN(month)) counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  const months = [...counts.keys()].sort((a, b) => a - b);
  const last = months.at(-1);
  if (last === undefined) return [];
  const points: { label: string; value: number }[] = [];
  for (let month = Math.max(months[0] ?? last, last - 1_199); month <= last; month += 1)
    points.push({
      label: `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`,
      value: counts.get(month) ?? 0,
    });
  return points;
}
