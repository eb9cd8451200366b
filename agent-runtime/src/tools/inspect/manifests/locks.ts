import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { lockExpected } from './lockExpected';
import { lockFor } from './lockFiles';
import type { Manifest } from './manifest';

/** Findings for applications without a lock file, Go modules without go.sum and several lock files of rival package managers. */
export function reportLocks(context: Context, manifests: readonly Manifest[]): void {
  for (const manifest of manifests) {
    if (lockFor(context, manifest, manifests)) continue;
    const expected = lockExpected(context, manifest);
    if (expected === undefined) continue;
    const { ecosystem, file } = manifest;
    const { third, title, how } = expected;
    if (ecosystem === 'Go')
      context.section.finding({
        rule: 'go-sum-missing',
        severity: 'medium',
        title: 'go.mod has requirements but there is no go.sum',
        path: file.path,
        detail: `${third} required modules have no recorded checksum.`,
        advice: 'Run `go mod tidy` and commit go.sum.',
      });
    else
      context.section.finding({
        rule: 'lock-file-missing',
        severity: 'low',
        title: `${file.name} of an application ${title}`,
        path: file.path,
        detail: `${third} direct dependencies; what they resolve to depends on the day of the installation.`,
        advice: how,
      });
  }
  for (const [dir, names] of rivals(context))
    context.section.finding({
      rule: 'lock-files-rival',
      severity: 'low',
      title: `Lock files of several package managers: ${names.join(', ')}`,
      path: dir === '' ? names[0] : `${dir}/${names[0] ?? ''}`,
      detail: 'They drift apart, and which one counts depends on who installs.',
      advice: 'Keep the one of the package manager the project uses.',
    });
}

function rivals(context: Context): [string, string[]][] {
  const families = [
    ['package-lock.json', 'npm-shrinkwrap.json'],
    ['yarn.lock'],
    ['pnpm-lock.yaml'],
    ['bun.lock', 'bun.lockb'],
  ];
  const dirs = new Map<string, FileEntry['name'][]>();
  for (const file of context.files) {
    if (file.vendored || file.test || file.example || !families.flat().includes(file.name)) continue;
    dirs.set(file.dir, [...(dirs.get(file.dir) ?? []), file.name]);
  }
  return [...dirs].filter(
    ([, names]) => families.filter((family) => family.some((name) => names.includes(name))).length > 1,
  );
}
