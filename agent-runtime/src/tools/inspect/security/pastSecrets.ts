import type { Context } from '../core/context';
import { count } from '../core/text';
import { scanSecrets } from './scanSecrets';

const maxCommits = 1_000;
const maxBytes = 24 * 1024 * 1024;
const maxLine = 4_000;

/**
 * Secrets in lines that the newest commits took away: they are still in history. Only forms that leave little doubt; what the
 * present files hold too is left to them.
 */
export async function scanPast(context: Context, present: ReadonlySet<string>): Promise<void> {
  if (!context.hasCommits) return;
  const log = await context.git(
    [
      'log',
      '--no-merges',
      `--max-count=${maxCommits}`,
      '--diff-filter=MD',
      '--no-renames',
      '-p',
      '--unified=0',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      '--format=%x01%h',
      'HEAD',
    ],
    maxBytes,
  );
  if (!log.complete) context.section.note('The look into history was cut by time or size.');
  const seen = new Set(present);
  const removed: string[] = [];
  let commit = '';
  let path = '';
  const flush = async (): Promise<void> => {
    const text = removed.join('\n');
    removed.length = 0;
    await context.budget.breathe();
    if (
      /(?:^|\/)(?:tests?|spec|fixtures?|testdata|examples?|docs?|node_modules|vendor)\//i.test(path) ||
      /[._-](?:test|spec)\.|\.(?:md|rst)$/i.test(path)
    )
      return;
    for (const hit of scanSecrets(text, false)) {
      if (seen.has(hit.fingerprint)) continue;
      seen.add(hit.fingerprint);
      context.section.finding({
        rule: hit.rule.rule,
        severity: hit.rule.severity === 'critical' ? 'high' : hit.rule.severity,
        title: `${hit.rule.name} in history`,
        path,
        detail: `Removed by commit ${commit}, but still in history${hit.redacted === '' ? '' : `; begins with ${hit.redacted}`}.`,
        advice: 'Change it where it is used; removing the line did not take it back.',
      });
    }
  };
  for (const line of log.stdout.toString('utf8').split('\n')) {
    if (line.startsWith('\x01')) {
      await flush();
      commit = line.slice(1);
      path = '';
    } else if (line.startsWith('--- ')) {
      await flush();
      path = line
        .slice(4)
        .replace(/^"?a\//, '')
        .replace(/[\t"]+$/, '');
    } else if (line.startsWith('-') && line.length < maxLine) removed.push(line.slice(1));
    if (context.budget.spent) break;
  }
  await flush();
  context.section.note(
    `History: lines removed by the newest ${count(maxCommits, 'commit')} at most were searched for keys of known form; older ones, and other branches, were not.`,
  );
}
