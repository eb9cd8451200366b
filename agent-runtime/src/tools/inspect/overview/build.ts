import type { Context } from '../core/context';
import type { Ecosystem, Manifest } from '../manifests';
import { record } from '../manifests/values';

const languages: Partial<Record<Ecosystem, string[]>> = {
  npm: ['js', 'ts', 'tsx', 'jsx', 'mjs', 'cjs', 'vue', 'svelte'],
  PyPI: ['py', 'pyx'],
  Go: ['go'],
  Rust: ['rs'],
  Java: ['java', 'kt', 'scala'],
  Ruby: ['rb'],
  PHP: ['php'],
  'C/C++': ['c', 'cc', 'cpp', 'h', 'hpp'],
};

/** How many own files are in the languages of a package manager. */
function weight(context: Context, ecosystem: Ecosystem): number {
  const extensions = languages[ecosystem] ?? [];
  return context.files.filter((file) => !file.vendored && !file.generated && extensions.includes(file.ext)).length;
}

/** How the project is probably built: command and reason, for what lies in the root. */
export function buildGuesses(context: Context, manifests: readonly Manifest[]): { command: string; why: string }[] {
  const guesses: { command: string; why: string }[] = [];
  const has = (path: string): boolean => context.byPath.has(path);
  const root = manifests
    .filter(({ file }) => file.dir === '')
    .sort((a, b) => weight(context, b.ecosystem) - weight(context, a.ecosystem));
  for (const { ecosystem, data, file } of root) {
    if (ecosystem === 'npm') {
      const manager = has('pnpm-lock.yaml')
        ? 'pnpm'
        : has('yarn.lock')
          ? 'yarn'
          : has('bun.lock') || has('bun.lockb')
            ? 'bun'
            : 'npm';
      const install = manager === 'npm' ? (has('package-lock.json') ? 'npm ci' : 'npm install') : `${manager} install`;
      const built = record(data['scripts'])['build'] !== undefined;
      guesses.push({
        command: built ? `${install} && ${manager} run build` : install,
        why: built ? 'package.json has a script "build"' : 'package.json, which has no script "build"',
      });
    } else if (file.name === 'pyproject.toml' && (data['project'] !== undefined || data['build-system'] !== undefined))
      guesses.push({ command: 'python3 -m pip install .', why: 'pyproject.toml' });
    else if (file.name === 'setup.py' && !has('pyproject.toml'))
      guesses.push({ command: 'python3 -m pip install .', why: 'setup.py' });
    else if (/^requirements\.txt$/.test(file.name))
      guesses.push({ command: 'python3 -m pip install -r requirements.txt', why: 'requirements.txt' });
    else if (ecosystem === 'Go') guesses.push({ command: 'go build ./...', why: 'go.mod' });
    else if (ecosystem === 'Rust') guesses.push({ command: 'cargo build', why: 'Cargo.toml' });
    else if (file.name === 'pom.xml')
      guesses.push({ command: has('mvnw') ? './mvnw package' : 'mvn package', why: 'pom.xml' });
    else if (file.name.startsWith('build.gradle'))
      guesses.push({ command: has('gradlew') ? './gradlew build' : 'gradle build', why: file.name });
    else if (ecosystem === 'Ruby' && file.name === 'Gemfile')
      guesses.push({ command: 'bundle install', why: 'Gemfile' });
    else if (ecosystem === 'PHP') guesses.push({ command: 'composer install', why: 'composer.json' });
    else if (file.name === 'CMakeLists.txt')
      guesses.push({ command: 'cmake -S . -B build && cmake --build build', why: 'CMakeLists.txt' });
    else if (file.name === 'meson.build')
      guesses.push({ command: 'meson setup build && ninja -C build', why: 'meson.build' });
    else if (file.name.startsWith('configure.'))
      guesses.push({
        command: has('configure') ? './configure && make' : 'autoreconf -i && ./configure && make',
        why: file.name,
      });
  }
  if (['Makefile', 'GNUmakefile', 'makefile'].some(has))
    guesses.push({ command: 'make', why: 'a Makefile in the root' });
  if (has('Dockerfile')) guesses.push({ command: 'docker build .', why: 'a Dockerfile in the root' });
  if (has('mix.exs')) guesses.push({ command: 'mix deps.get && mix compile', why: 'mix.exs' });
  if (has('Package.swift')) guesses.push({ command: 'swift build', why: 'Package.swift' });
  if (context.files.some((file) => file.dir === '' && file.ext === 'sln'))
    guesses.push({ command: 'dotnet build', why: 'a solution file' });
  if (has('debian/rules')) guesses.push({ command: 'dpkg-buildpackage -us -uc', why: 'Debian packaging' });
  const seen = new Set<string>();
  return guesses.filter(({ command }) => !seen.has(command) && seen.add(command));
}
