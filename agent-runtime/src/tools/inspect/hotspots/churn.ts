import type { Context } from '../core/context';

export interface Churn {
  commits: number;
  lines: number;
  authors: Set<string>;
}

export interface ChurnResult {
  byPath: Map<string, Churn>;
  commits: number;
  /** False when time or size cut the log. */
  complete: boolean;
}

/** Parses `git log -z --numstat --no-renames --format=%x01%ae`: changes by path; binary changes count no lines. */
function parseNumstat(output: string): { byPath: Map<string, Churn>; commits: number } {
  const byPath = new Map<string, Churn>();
  let commits = 0;
  let author = '';
  for (const part of output.split('\0')) {
    let record = part;
    const mark = record.indexOf('\x01');
    if (mark !== -1) {
      commits += 1;
      const rest = record.slice(mark + 1);
      const newline = rest.indexOf('\n');
      author = newline === -1 ? rest : rest.slice(0, newline);
      record = newline === -1 ? '' : rest.slice(newline);
    }
    const match = /^\n*(\d+|-)\t(\d+|-)\t([^]+)$/.exec(record);
    if (!match?.[3]) continue;
    const churn = byPath.get(match[3]) ?? { commits: 0, lines: 0, authors: new Set<string>() };
    churn.commits += 1;
    churn.lines += (Number(match[1]) || 0) + (Number(match[2]) || 0);
    if (churn.authors.size < 1_000) churn.authors.add(author);
    byPath.set(match[3], churn);
  }
  return { byPath, commits };
}

/** Changes of the newest commits by path; renames are not followed. */
export async function readChurn(context: Context): Promise<ChurnResult> {
  if (!context.hasCommits) return { byPath: new Map(), commits: 0, complete: true };
  const log = await context.git(
    [
      'log',
      '-z',
      '--numstat',
      '--no-renames',
      '--no-merges',
      '--no-ext-diff',
      '--no-textconv',
      `--max-count=${context.limits.maxChurnCommits}`,
      '--format=%x01%ae',
      'HEAD',
    ],
    64 * 1024 * 1024,
  );
  return { ...parseNumstat(log.stdout.toString('utf8')), complete: log.complete };
}
