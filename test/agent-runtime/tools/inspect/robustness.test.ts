import { mkdtempSync, existsSync, rmSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aspects } from '@agent-factory/contract';
import { inspect } from '../../../../agent-runtime/src/tools/inspect';
import { fact, inspected, repoOf, rows } from './support';

const odd = {
  'a b/with space.py': 'x = 1\n',
  'new\nline.md': '# title\n[gone](missing.md)\n',
  'snow ☃/日本.js': "import './x';\r\nconst a = 1;\r\n",
  'binary.js': Buffer.from([0, 1, 2, 3, 0, 255, 254]),
  'huge.js': `var a = "${'x'.repeat(600_000)}";`,
  'too-large.txt': 'line\n'.repeat(600_000),
  'package.json/readme.txt': 'a folder named like a file\n',
  'README.md/x.md': '# folder\n',
  'Dockerfile/Dockerfile': '',
  loop: { link: 'loop' },
  'ring/a': { link: 'b' },
  'ring/b': { link: 'a' },
  outside: { link: '/etc/hostname' },
  'utf16.txt': Buffer.from('\ufeffhello\n', 'utf16le'),
  '.env': '',
  'broken.json': '{',
  'pyproject.toml': 'not [ toml',
  'pom.xml': '<project><a></project>',
  '.github/workflows/x.yml': 'a: [',
  'empty.ipynb': '',
};

test.each(aspects)('%s survives odd names, links, binaries and broken files', async (aspect) => {
  const repo = repoOf(odd);
  writeFileSync(
    Buffer.concat([Buffer.from(`${repo.root}/`), Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x70, 0x79])]),
    'import os\n',
  );
  repo.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
  repo.git('add', '--all');
  const section = await inspected(aspect, repo.root);
  expect(section.aspect).toBe(aspect);
  expect(section.summary).not.toBe('');
});

test.each(aspects)('%s says so when there is no commit and no file', async (aspect) => {
  const section = await inspected(aspect, repoOf().root);
  expect(section.summary).not.toBe('');
  expect(section.findings).toEqual([]);
});

test.each(aspects)('%s stops at its time and keeps to the schema', async (aspect) => {
  const repo = repoOf({ 'a.py': 'x = 1\n', 'b.js': 'let a;\n', 'README.md': '# a\n' });
  await inspected(aspect, repo.root, { limits: { timeMs: 0 } });
});

test('a folder that is not the top of a checkout is refused, also below one', async () => {
  const repo = repoOf({ 'sub/a.txt': 'a\n' });
  await expect(inspect('overview', join(repo.root, 'sub'))).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  await expect(inspect('overview', join(repo.root, 'nowhere'))).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});

test('an aborted signal ends the inspection with its reason', async () => {
  const repo = repoOf({ 'a.txt': 'a\n' });
  const reason = new Error('enough');
  await expect(inspect('security', repo.root, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('programs named in the configuration of the repository are not run', async () => {
  const repo = repoOf({ 'a.py': 'password = 1\n', '.gitattributes': '*.py diff=evil filter=evil\n' });
  const mark = join(repo.root, '.git', 'ran');
  const program = join(repo.root, '.git', 'evil.sh');
  writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`);
  chmodSync(program, 0o755);
  for (const key of [
    'core.fsmonitor',
    'diff.external',
    'diff.evil.textconv',
    'diff.evil.command',
    'filter.evil.clean',
    'core.pager',
    'gpg.program',
    'core.hooksPath',
  ])
    repo.git('config', key, program);
  repo.git('config', 'log.showSignature', 'true');
  for (const aspect of aspects) await inspected(aspect, repo.root);
  expect(existsSync(mark)).toBe(false);
});

test('a file behind a link made later is not read', async () => {
  const repo = repoOf({ 'sub/secret.py': 'eval(x)\n' });
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  writeFileSync(join(elsewhere, 'secret.py'), 'import pickle\npickle.loads(b)\n');
  rmSync(join(repo.root, 'sub'), { recursive: true });
  symlinkSync(elsewhere, join(repo.root, 'sub'));
  const section = await inspected('security', repo.root);
  rmSync(elsewhere, { recursive: true });
  expect(section.findings).toEqual([]);
  expect(section.notes.join(' ')).toContain('not in the working tree or not readable');
});

test('more files than the limit are named, not examined', async () => {
  const repo = repoOf(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.py`, 'x = 1\n'])));
  const section = await inspected('languages_history', repo.root, { limits: { maxFiles: 10 } });
  expect(fact(section, 'Tracked files')).toBe(10);
  expect(section.notes.join(' ')).toContain('Only the first 10 files of 30');
});

test('a large text is skipped by searches and said so, but its lines are counted', async () => {
  const repo = repoOf({ 'big.py': 'eval(x)\n'.repeat(400_000) });
  const security = await inspected('security', repo.root);
  expect(security.findings).toEqual([]);
  expect(security.notes.join(' ')).toContain('larger than 2.0 MiB');
  const languages = await inspected('languages_history', repo.root);
  expect(rows(languages, 'Languages')).toEqual([expect.objectContaining({ language: 'Python', lines: 400_000 })]);
});

test('lines made to make patterns slow do not', async () => {
  const hostile = [
    '=/[',
    '](<',
    '\\"',
    '`` ``` ',
    'eyJ-eyJ.',
    'const f = (a',
    '.execute("SELECT ',
    "it('",
    '<a href=',
    '   ',
  ];
  const repo = repoOf(
    Object.fromEntries(
      hostile.flatMap((piece, index) =>
        ['js', 'py', 'md', 'c', 'php', 'html'].map((ext) => [
          `f${index}.${ext}`,
          piece.repeat(Math.floor(200_000 / piece.length)),
        ]),
      ),
    ),
  );
  for (const aspect of aspects) {
    const section = await inspected(aspect, repo.root);
    expect(section.notes.join(' ')).not.toContain('time');
  }
});
