import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareOut } from '../../../cli/src/audit/outFolder';
import { writeOut } from '../../../cli/src/commands/audit';
import { temporaryFolder } from '../support/folder';
import { makeRepository } from '../support/repository';
import { runVerb } from '../support/verb';
import { sampleReport } from './sampleReport';

test('the folder of --out is made with those above it, and nothing is left in it', () => {
  const out = join(temporaryFolder(), 'a/b/c');
  prepareOut(out);
  prepareOut(out);
  expect(readdirSync(out)).toEqual([]);
});

test.each([
  ['a file in its way', (folder: string) => join(folder, 'file/below'), /: ENOTDIR|: EEXIST/],
  ['a file of that name', (folder: string) => join(folder, 'file'), /: EEXIST/],
  ['nothing', () => '', /the path is empty/],
])('an --out with %s is refused before any work', async (_name, at, why) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const repo = makeRepository(join(folder, 'project'), { 'a.txt': 'a' });
  const { error } = await runVerb('http://127.0.0.1:9', folder, ['run', 'audit', '--repo', repo, '--out', at(folder)]);
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/^--out: /) });
  expect(String(error)).toMatch(why);
});

(process.platform === 'linux' ? test : test.skip)('a folder in /proc is refused and not tried for ever', () => {
  expect(() => prepareOut('/proc/nowhere/below')).toThrow('--out: cannot write in /proc/nowhere/below: ENOENT');
});

test('a report whose folder has become unwritable goes to the folder of reports, and this is said', () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  prepareOut(out);
  rmSync(out, { recursive: true });
  writeFileSync(out, '');
  const warnings: string[] = [];
  const files = writeOut({ warn: (text) => void warnings.push(text) }, sampleReport(), out, join(folder, 'reports'));
  expect(existsSync(files.html)).toBe(true);
  expect(warnings).toEqual([`--out: cannot write in ${out}: EEXIST. The report is in ${files.folder} instead.`]);
});
