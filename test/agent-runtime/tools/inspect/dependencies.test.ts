import { fact, finding, found, inspectFiles, rows } from './support';

const mit =
  'MIT License\n\nCopyright (c) 2020 A\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software, to deal without restriction, subject to the following conditions:\n\nThe above copyright notice and this\npermission notice shall be included in all copies.\n\nTHE SOFTWARE IS PROVIDED "AS IS"\n';
const gpl3 =
  '                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n\n13. Use with the GNU Affero General Public License.\n';

test('each ecosystem gives its direct dependencies with version, scope and pin', async () => {
  const section = await inspectFiles('dependencies_licences', {
    'package.json': JSON.stringify({
      name: 'a',
      dependencies: { x: '1.2.3', y: '^2.0.0' },
      devDependencies: { z: 'workspace:*' },
    }),
    'pyproject.toml':
      '[project]\nname = "p"\ndependencies = ["flask[async]>=2; python_version > \'3\'", "idna==3.1"]\n[project.optional-dependencies]\ndev = ["pytest"]\n[build-system]\nrequires = ["hatchling"]\n',
    'requirements.txt':
      '# comment\nrequests==2.31.0 --hash=sha256:abc\n-r other.txt\ngit+https://git.corp.net/a/b.git@main#egg=b\n',
    'setup.cfg': '[options]\ninstall_requires =\n    six\n    attrs>=20\n',
    'setup.py': 'setup(name="s", install_requires=["click>=8", "rich"], classifiers=["x"])\n',
    'go.mod':
      'module m\n\ngo 1.21\n\nrequire (\n\tgithub.com/a/b v1.0.0\n\tgithub.com/c/d v0.1.0 // indirect\n)\nrequire github.com/e/f v2.0.0+incompatible\n',
    'go.sum': '',
    'Cargo.toml':
      '[package]\nname = "c"\nversion = "0.1.0"\n[dependencies]\nserde = { version = "=1.0.5", optional = true }\nlocal = { path = "../l" }\n[target."cfg(unix)".dependencies]\nlibc = "0.2"\n',
    'pom.xml':
      '<?xml version="1.0"?><!-- x --><project xmlns="http://maven"><artifactId>j</artifactId><properties><v>4.13</v></properties><dependencyManagement><dependencies><dependency><groupId>no</groupId><artifactId>no</artifactId></dependency></dependencies></dependencyManagement><dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>${v}</version><scope>test</scope></dependency></dependencies></project>',
    'build.gradle.kts':
      'dependencies {\n  implementation("com.squareup:okio:3.0.0")\n  testImplementation(libs.junit)\n}\n',
    Gemfile: "gem 'rails', '~> 7.0'\ngem \"pg\"\n",
    'composer.json': '{"require": {"php": ">=8", "monolog/monolog": "2.0.0"}}',
    'debian/control':
      'Source: d\nBuild-Depends: debhelper-compat (= 13),\n libssl-dev <!nocheck>\n\nPackage: d\nDepends: ${misc:Depends}, adduser\n',
    'CMakeLists.txt': 'project(n)\n# find_package(No)\nfind_package(ZLIB 1.2 REQUIRED)\n',
    'test/fixtures/package.json': '{"dependencies": {"nope": "*"}}',
    'node_modules/q/package.json': '{"dependencies": {"nope": "*"}}',
  });
  const all = rows(section, 'Direct dependencies').map(
    (row) => `${row['manifest']} ${row['name']} ${row['version']} ${row['scope']} ${row['pinned']}`,
  );
  expect(all.sort()).toEqual(
    [
      'CMakeLists.txt ZLIB 1.2 build no',
      'Cargo.toml libc 0.2 runtime no',
      'Cargo.toml local path ../l runtime yes',
      'Cargo.toml serde =1.0.5 optional yes',
      'Gemfile pg any runtime no',
      'Gemfile rails ~> 7.0 runtime no',
      'build.gradle.kts com.squareup:okio 3.0.0 runtime yes',
      'composer.json monolog/monolog 2.0.0 runtime yes',
      'debian/control adduser any runtime no',
      'debian/control debhelper-compat = 13 build yes',
      'debian/control libssl-dev any build no',
      'go.mod github.com/a/b v1.0.0 runtime yes',
      'go.mod github.com/e/f v2.0.0+incompatible runtime yes',
      'package.json x 1.2.3 runtime yes',
      'package.json y ^2.0.0 runtime no',
      'package.json z workspace:* development yes',
      'pom.xml junit:junit 4.13 development yes',
      'pyproject.toml flask >=2 runtime no',
      'pyproject.toml hatchling any build no',
      'pyproject.toml idna ==3.1 runtime yes',
      'pyproject.toml pytest any optional no',
      'requirements.txt b git+https://git.corp.net/a/b.git@main#egg=b runtime no',
      'requirements.txt requests ==2.31.0 runtime yes',
      'setup.cfg attrs >=20 runtime no',
      'setup.cfg six any runtime no',
      'setup.py click >=8 runtime no',
      'setup.py rich any runtime no',
    ].sort(),
  );
  expect(found(section)).toEqual(expect.arrayContaining(['dependency-unpinned-source requirements.txt']));
  expect(JSON.stringify(section)).not.toContain('nope');
});

test('an application without a lock file is told, a library and a workspace member are not', async () => {
  const section = await inspectFiles('dependencies_licences', {
    'app/package.json': '{"name": "app", "private": true, "dependencies": {"x": "1.0.0"}, "license": "MIT"}',
    'mono/package-lock.json': '{}',
    'mono/package.json': '{"private": true, "workspaces": ["a"], "license": "MIT"}',
    'mono/a/package.json': '{"name": "a", "private": true, "dependencies": {"x": "1.0.0"}}',
    'lib/package.json': '{"name": "lib", "version": "1.0.0", "dependencies": {"x": "1.0.0"}}',
    'm/go.mod': 'module m\nrequire a.example/b v1.0.0\n',
    LICENSE: mit,
  });
  expect(found(section)).toEqual(['go-sum-missing m/go.mod', 'lock-file-missing app/package.json']);
  expect(fact(section, 'Workspaces')).toBe('a');
});

test('licences are recognised by text, and disagreement is told', async () => {
  const section = await inspectFiles('dependencies_licences', {
    LICENSE: mit,
    'COPYING.GPL': gpl3,
    'package.json': '{"name": "a", "version": "1.0.0", "license": "Apache-2.0"}',
    'src/a.c': '/* SPDX-License-Identifier: BSD-3-Clause */\nint a;\n',
    'src/b.c': '// SPDX-License-Identifier: GPL-3.0-or-later OR MIT\nint b;\n',
  });
  expect(rows(section, 'Licences').map((row) => [row['where'], row['licence']])).toEqual([
    ['COPYING.GPL', 'GPL-3.0'],
    ['LICENSE', 'MIT'],
    ['package.json', 'Apache-2.0'],
    ['1 file', 'BSD-3-Clause'],
    ['1 file', 'GPL-3.0-or-later OR MIT'],
  ]);
  expect(finding(section, 'licence-disagreement').path).toBe('package.json');
  expect(finding(section, 'licence-header-differs').title).toContain('BSD-3-Clause');
});

test.each([
  ['MIT', 'MIT'],
  ['(MIT OR Apache-2.0)', 'MIT'],
  ['MIT License', 'MIT'],
])('the manifest saying %s agrees with the text of %s', async (field) => {
  const section = await inspectFiles('dependencies_licences', {
    LICENSE: mit,
    'package.json': JSON.stringify({ name: 'a', version: '1.0.0', license: field }),
  });
  expect(section.findings).toEqual([]);
});

test('a licence that is withheld on purpose is no fault', async () => {
  const section = await inspectFiles('dependencies_licences', {
    'package.json': '{"name": "a", "license": "UNLICENSED"}',
  });
  expect(section.findings).toEqual([]);
});

test('no licence at all is told; a manifest that cannot be parsed too', async () => {
  const section = await inspectFiles('dependencies_licences', { 'a.js': 'let a;\n', 'package.json': '{"name": ' });
  expect(found(section)).toEqual(['manifest-broken package.json', 'licence-missing ']);
});

/** `path: lock file that is missing` of each finding about lock files. */
async function locksMissing(files: Record<string, string>): Promise<string[]> {
  const { findings } = await inspectFiles('dependencies_licences', { ...files, LICENSE: mit });
  return findings
    .filter(({ rule }) => rule === 'lock-file-missing' || rule === 'go-sum-missing')
    .map(
      ({ rule, path, title }) =>
        `${path}: ${rule === 'go-sum-missing' ? 'go.sum' : title.replace(/^.* application (?:has no )?/, '')}`,
    )
    .sort();
}

test('of npm an application needs the lock file of its package manager, and a workspace has one for its members only', async () => {
  const one = '"dependencies": {"x": "1.0.0"}';
  expect(
    await locksMissing({
      'started/package.json': `{"name": "a", "version": "1.0.0", "scripts": {"start": "node ."}, ${one}}`,
      'library/package.json': `{"name": "a", "version": "1.0.0", "main": "a.js", "scripts": {"start": "x"}, ${one}}`,
      'deployed/package.json': `{"name": "a", "version": "1.0.0", "main": "a.js", ${one}}`,
      'deployed/Dockerfile': 'FROM a:1\nCOPY --chown=a package*.json ./\n',
      'tested/package.json': `{"name": "a", "version": "1.0.0", "main": "a.js", ${one}}`,
      'tested/Dockerfile': 'FROM a:1\nRUN apt-get install -y x\n',
      'pnpm/package.json': `{"private": true, "packageManager": "pnpm@9.0.0", ${one}}`,
      'yarn/package.json': `{"private": true, ${one}}`,
      'yarn/.yarnrc.yml': 'nodeLinker: node-modules\n',
      'locked/package.json': `{"private": true, ${one}}`,
      'locked/bun.lock': '{}',
      'empty/package.json': '{"private": true}',
      'mono/package.json': '{"private": true, "workspaces": ["packages/*", "!packages/left"]}',
      'mono/package-lock.json': '{}',
      'mono/packages/a/package.json': `{"name": "a", "private": true, ${one}}`,
      'mono/packages/left/package.json': `{"name": "l", "private": true, ${one}}`,
      'mono/tool/package.json': `{"name": "t", "private": true, ${one}}`,
      'ws/pnpm-workspace.yaml': 'packages: ["apps/**"]\n',
      'ws/pnpm-lock.yaml': 'x: 1\n',
      'ws/apps/a/b/package.json': `{"name": "b", "private": true, ${one}}`,
    }),
  ).toEqual([
    'deployed/package.json: package-lock.json',
    'mono/packages/left/package.json: package-lock.json',
    'mono/tool/package.json: package-lock.json',
    'pnpm/package.json: pnpm-lock.yaml',
    'started/package.json: package-lock.json',
    'yarn/package.json: yarn.lock',
  ]);
  expect(await locksMissing({ '.npmrc': 'package-lock=false\n', 'package.json': `{"private": true, ${one}}` })).toEqual(
    [],
  );
});

test('of Python what is no package, or is deployed, needs the lock file of its tool; a package needs none', async () => {
  const project = '[project]\nname = "p"\ndependencies = ["flask"]\n';
  const build = '[build-system]\nrequires = ["hatchling"]\n';
  const poetry = '[tool.poetry]\nname = "p"\npackage-mode = false\n[tool.poetry.dependencies]\nflask = "^2"\n';
  expect(
    await locksMissing({
      'package/pyproject.toml': project + build,
      'only-build/pyproject.toml': `[project]\nname = "p"\n${build}`,
      'uv/pyproject.toml': project,
      'pdm/pyproject.toml': `${project}[tool.pdm]\ndistribution = false\n`,
      'poetry/pyproject.toml': poetry + build,
      'locked/pyproject.toml': poetry,
      'locked/poetry.lock': '',
      'pipenv/Pipfile': '[packages]\nflask = "*"\n',
      'served/pyproject.toml': project + build,
      'served/Procfile': 'web: gunicorn\n',
      'django/requirements.txt': 'django>=4\n',
      'django/manage.py': 'import sys\n',
      'fixed/requirements.txt': 'django==4.2.1\n',
      'fixed/manage.py': 'import sys\n',
      'loose/requirements.txt': 'django>=4\n',
      'compiled/requirements.in': 'django\n',
      'compiled/requirements.txt': 'django==4.2.1\n',
      'tools/requirements.in': 'django\n',
    }),
  ).toEqual([
    'django/requirements.txt: leaves versions open',
    'pdm/pyproject.toml: pdm.lock',
    'pipenv/Pipfile: Pipfile.lock',
    'poetry/pyproject.toml: poetry.lock',
    'served/pyproject.toml: uv.lock',
    'tools/requirements.in: requirements.txt',
    'uv/pyproject.toml: uv.lock',
  ]);
});

test('of Rust binaries, Go modules, PHP projects and bundles need one, beside them', async () => {
  const cargo = '[package]\nname = "c"\nversion = "0.1.0"\n[dependencies]\nserde = "1"\n';
  const go = 'module m\nrequire a.example/b v1.0.0\n';
  expect(
    await locksMissing({
      'bin/Cargo.toml': cargo,
      'bin/src/bin/a.rs': 'fn main() {}\n',
      'lib/Cargo.toml': cargo,
      'lib/src/lib.rs': '',
      'ws/Cargo.toml': '[workspace]\nmembers = ["a"]\n',
      'ws/Cargo.lock': '',
      'ws/a/Cargo.toml': cargo,
      'ws/a/src/main.rs': 'fn main() {}\n',
      'go.sum': '',
      'go.mod': go,
      'nested/go.mod': go,
      'local/go.mod': `${go}replace a.example/b => ../b\n`,
      'web/composer.json': '{"name": "a/b", "type": "project", "require": {"c/d": "1.0.0"}}',
      'php-lib/composer.json': '{"name": "a/b", "require": {"c/d": "1.0.0"}}',
      'app/Gemfile': "gem 'rails'\n",
      'gem/Gemfile': "gem 'rake'\n",
      'gem/x.gemspec': "s.name = 'x'\n",
    }),
  ).toEqual([
    'app/Gemfile: Gemfile.lock',
    'bin/Cargo.toml: Cargo.lock',
    'nested/go.mod: go.sum',
    'web/composer.json: composer.lock',
  ]);
});
