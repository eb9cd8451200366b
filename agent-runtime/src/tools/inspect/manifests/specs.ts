import type { Context } from '../core/context';
import { listed } from '../core/text';
import type { Dependency, Manifest } from './manifest';

/** Anything goes: no version, `*`, `latest` or an open dist-tag. */
function unbounded(manifest: Manifest, { spec, scope }: Dependency): boolean {
  if (scope === 'build' || scope === 'peer') return false;
  const wanted = spec.trim();
  if (manifest.ecosystem === 'npm') return ['', '*', 'x', 'latest', 'next'].includes(wanted);
  if (manifest.ecosystem === 'Rust' || manifest.ecosystem === 'PHP') return ['*', '@dev'].includes(wanted);
  if (manifest.ecosystem === 'Java') return /^(?:LATEST|RELEASE|latest\.\w+|\+)$/.test(wanted);
  return (
    manifest.ecosystem === 'PyPI' &&
    wanted === '' &&
    /\.(?:txt|in)$|^pipfile$/i.test(manifest.file.name) &&
    !manifest.file.name.endsWith('.in')
  );
}

function fromSource({ spec, pinned }: Dependency): boolean {
  return (
    !pinned &&
    /^(?:@\s*)?(?:git[+:]|github:|gitlab:|bitbucket:|hg\+|svn\+)|^[\w.-]+\/[\w.-]+(?:#|$)|^@\s*git\+/.test(spec) &&
    !spec.startsWith('path ')
  );
}

function overPlainHttp({ spec }: Dependency): boolean {
  return /^(?:@\s*)?(?:git\+)?http:\/\/(?!localhost|127\.)/.test(spec) || spec.startsWith('git://');
}

const rules = [
  {
    rule: 'dependency-insecure-source',
    severity: 'medium',
    applies: (_: Manifest, dependency: Dependency) => overPlainHttp(dependency),
    title: 'fetched without encryption',
    detail: 'Anyone on the way can replace the code',
    advice: 'Use https.',
  },
  {
    rule: 'dependency-unpinned-source',
    severity: 'low',
    applies: (_: Manifest, dependency: Dependency) => fromSource(dependency),
    title: 'taken from a moving branch or tag of a repository',
    detail: 'What is installed changes without a change here',
    advice: 'Name a commit or a released version.',
  },
  {
    rule: 'dependency-unbounded',
    severity: 'low',
    applies: unbounded,
    title: 'without any version',
    detail: 'The next incompatible release is taken too',
    advice: 'Give a range, and keep a lock file.',
  },
] as const;

/** One finding a manifest and rule about versions that are not what they should be. */
export function reportSpecs(context: Context, manifests: readonly Manifest[]): void {
  for (const manifest of manifests)
    for (const { rule, severity, applies, title, detail, advice } of rules) {
      const hits = manifest.dependencies.filter((dependency) => applies(manifest, dependency)).map(({ name }) => name);
      if (hits.length === 0) continue;
      const noun = hits.length === 1 ? 'A dependency is' : `${hits.length} dependencies are`;
      context.section.finding({
        rule,
        severity: manifest.dependencies.every((one) => one.scope === 'development') ? 'info' : severity,
        title: `${noun} ${title}: ${listed(hits, 4)}`,
        path: manifest.file.path,
        detail: `${detail}: ${listed(hits, 15)}.`,
        advice,
      });
    }
}
