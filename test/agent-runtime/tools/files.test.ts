import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Harness, output, sh } from './harness';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';

const harness = new Harness();
let session: ToolSession;
let workspace: string;
beforeAll(async () => {
  ({ session, workspace } = await harness.session());
  await mkdir(join(workspace, 'src/deep'), { recursive: true });
  await mkdir(join(workspace, '.git/objects'), { recursive: true });
  await writeFile(join(workspace, 'src/a.ts'), 'export const a = 1;\nconst Secret = 2;\n');
  await writeFile(join(workspace, 'src/deep/b.ts'), 'export const b = 1;\n');
  await writeFile(join(workspace, 'src/c.md'), 'export\n');
  await writeFile(join(workspace, '.git/config'), 'export\n');
  await symlink('src/a.ts', join(workspace, 'inner'));
  await symlink('/etc/passwd', join(workspace, 'outer'));
  await symlink('/etc', join(workspace, 'outerFolder'));
  await symlink('/nowhere/new', join(workspace, 'dangling'));
});
afterAll(() => harness.end());

const call = (tool: string, input: Record<string, string | number | boolean>) => session.call({ tool, input });

/** Every way out that a path can name. */
const waysOut = ['/etc/passwd', '../x', 'src/../../x', '..', 'outer', 'outerFolder/passwd', './/../x', 'src/a\0b'];

describe('read_file', () => {
  test('reads whole, in parts, as base64 and through a link that stays inside', async () => {
    expect(output(await call('read_file', { path: 'src/c.md' }))).toEqual({
      content: 'export\n',
      size: 7,
      truncated: false,
    });
    expect(output(await call('read_file', { path: 'src/c.md', offset: 2, limit: 3 }))).toEqual({
      content: 'por',
      size: 7,
      truncated: true,
    });
    expect(output(await call('read_file', { path: 'src/c.md', offset: 99 }))).toEqual({
      content: '',
      size: 7,
      truncated: false,
    });
    expect(output(await call('read_file', { path: 'src/c.md', encoding: 'base64' })).content).toBe('ZXhwb3J0Cg==');
    expect(output(await call('read_file', { path: 'inner', limit: 6 })).content).toBe('export');
  });

  test.each(waysOut)('refuses %j', async (path) => {
    expect(await call('read_file', { path })).toMatchObject({ outcome: 'refused', code: 'TOOL_REFUSED' });
  });

  test('a folder, a missing file and a pipe are failures, at once', async () => {
    await sh(session, 'mkfifo -m 600 pipe');
    for (const path of ['src', 'missing', 'pipe'])
      expect(await call('read_file', { path })).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  });
});

describe('write_file', () => {
  test('writes whole, makes folders, and keeps what was executable so', async () => {
    expect(output(await call('write_file', { path: 'new/deep/x.sh', content: 'echo hi', executable: true }))).toEqual({
      path: 'new/deep/x.sh',
      size: 7,
    });
    expect((await stat(join(workspace, 'new/deep/x.sh'))).mode & 0o777).toBe(0o755);
    await call('write_file', { path: 'new/deep/x.sh', content: 'echo ho' });
    expect((await stat(join(workspace, 'new/deep/x.sh'))).mode & 0o777).toBe(0o755);
    await call('write_file', { path: 'new/bytes', content: '/w==', encoding: 'base64' });
    expect(await readFile(join(workspace, 'new/bytes'))).toEqual(Buffer.from([255]));
    expect((await readdir(join(workspace, 'new'))).toSorted()).toEqual(['bytes', 'deep']);
  });

  test('writes to what a link inside names, and leaves the link', async () => {
    await symlink('target.txt', join(workspace, 'new/link'));
    await writeFile(join(workspace, 'new/target.txt'), 'old');
    output(await call('write_file', { path: 'new/link', content: 'new' }));
    expect(await readFile(join(workspace, 'new/target.txt'), 'utf8')).toBe('new');
  });

  test.each([...waysOut, 'outerFolder/x', 'outerFolder/new/x'])('refuses %j', async (path) => {
    expect(await call('write_file', { path, content: 'x' })).toMatchObject({
      outcome: 'refused',
      code: 'TOOL_REFUSED',
    });
  });

  test('a link that leads nowhere, a folder, a file as a folder are failures that leave no draft', async () => {
    for (const path of ['dangling', 'src', 'src/a.ts/x', '.'])
      expect(await call('write_file', { path, content: 'x' })).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    expect((await readdir(workspace)).filter((name) => name.startsWith('.draft'))).toEqual([]);
  });

  test('a folder that may not be written is a failure, not a crash', async () => {
    await mkdir(join(workspace, 'closed'));
    await chmod(join(workspace, 'closed'), 0o555);
    const outcome = await call('write_file', { path: 'closed/x', content: 'x' });
    expect(outcome).toMatchObject({ outcome: 'error', message: 'closed/x: EACCES' });
  });
});

describe('list_files', () => {
  test('names files, folders and links in order, and looks into neither .git nor links', async () => {
    const { entries, truncated } = output(
      await call('list_files', { glob: '{src,src/**,inner,outerFolder,.git,.git/**}' }),
    );
    expect(truncated).toBe(false);
    expect(entries).toEqual([
      { path: '.git', kind: 'folder', size: 0 },
      { path: 'inner', kind: 'link', size: 0 },
      { path: 'outerFolder', kind: 'link', size: 0 },
      { path: 'src', kind: 'folder', size: 0 },
      { path: 'src/a.ts', kind: 'file', size: 38 },
      { path: 'src/c.md', kind: 'file', size: 7 },
      { path: 'src/deep', kind: 'folder', size: 0 },
      { path: 'src/deep/b.ts', kind: 'file', size: 20 },
    ]);
  });

  test('keeps to glob, depth and limit', async () => {
    const paths = async (input: Record<string, string | number>): Promise<unknown> => {
      const { entries, truncated } = output(await call('list_files', input));
      return [(entries as { path: string }[]).map(({ path }) => path), truncated];
    };
    expect(await paths({ path: 'src', glob: '*.ts' })).toEqual([['src/a.ts', 'src/deep/b.ts'], false]);
    expect(await paths({ path: 'src', glob: '*.ts', depth: 1 })).toEqual([['src/a.ts'], false]);
    expect(await paths({ path: 'src', limit: 2 })).toEqual([['src/a.ts', 'src/c.md'], true]);
    expect(await paths({ path: 'src', glob: 'deep/**' })).toEqual([['src/deep', 'src/deep/b.ts'], false]);
  });

  test.each(['/etc', '..', 'outerFolder', 'outerFolder/ssl'])('refuses %j', async (path) => {
    expect(await call('list_files', { path })).toMatchObject({ outcome: 'refused', code: 'TOOL_REFUSED' });
  });
});

describe('search', () => {
  const found = async (input: Record<string, string | number | boolean>): Promise<unknown> => {
    const { matches, truncated } = output(await call('search', input));
    return [(matches as { path: string; line: number }[]).map(({ path, line }) => `${path}:${line}`), truncated];
  };

  test('finds lines by extended expression, glob, case and file', async () => {
    expect(await found({ pattern: '^export (const|let)', path: 'src' })).toEqual([
      ['src/a.ts:1', 'src/deep/b.ts:1'],
      false,
    ]);
    expect(await found({ pattern: 'export', glob: '*.md' })).toEqual([['src/c.md:1'], false]);
    expect(await found({ pattern: 'export', glob: 'src/**/*.ts' })).toEqual([['src/a.ts:1', 'src/deep/b.ts:1'], false]);
    expect(await found({ pattern: 'secret', path: 'src/a.ts', ignore_case: true })).toEqual([['src/a.ts:2'], false]);
    expect(await found({ pattern: 'nowhere to be found' })).toEqual([[], false]);
    expect(await found({ pattern: '-e', path: 'src' })).toEqual([[], false]);
  });

  test('stops at the limit, also in a flood', async () => {
    await sh(session, 'mkdir -p flood; yes match | head -n 300000 > flood/f');
    const answer = output(await call('search', { pattern: 'match', path: 'flood', limit: 10 }));
    expect(answer.truncated).toBe(true);
    expect(answer.matches).toHaveLength(10);
  });

  test('a line of megabytes comes back cut', async () => {
    await sh(session, 'mkdir -p long; head -c 3000000 /dev/zero | tr "\\0" x > long/f');
    const { matches } = output(await call('search', { pattern: 'xx', path: 'long' }));
    expect((matches as { text: string }[])[0]?.text).toHaveLength(2_000);
  });

  test('an expression that never ends is ended, and the server answers meanwhile', async () => {
    const slow = call('search', { pattern: '(a{1,500}){1,500}b', path: 'src', timeout_ms: 1_000 });
    expect(output(await call('read_file', { path: 'src/c.md' })).content).toBe('export\n');
    expect(await slow).toMatchObject({ outcome: 'timeout', code: 'TOOL_FAILED' });
  });

  test('a bad expression and a folder outside are told apart', async () => {
    expect(await call('search', { pattern: '(' })).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    expect(await call('search', { pattern: 'root', path: 'outerFolder' })).toMatchObject({ outcome: 'refused' });
    expect(await call('search', { pattern: 'root', path: 'outer' })).toMatchObject({ outcome: 'refused' });
  });
});

test('no swap of a folder for a link lets a read or a write leave the workspace', async () => {
  // A program swaps `door` between a folder and a link to outside as fast as it can, while files are read and written through it.
  const outside = await harness.folder();
  await writeFile(join(outside, 'prey'), 'outside');
  const open = await harness.session({ confinement: { kind: 'none' } });
  const { session: raced } = open;
  await sh(raced, `mkdir door; echo inside > door/prey; ln -s ${outside} link`);
  const cancel = new AbortController();
  // A write may make the folder anew in the moment between two renames: it is put aside.
  const swap = `
    const { renameSync } = require('fs'); let n = 0;
    const mv = (from, to) => { for (;;) try { return renameSync(from, to); } catch { try { renameSync(to, 'aside' + n++); } catch {} } };
    for (;;) { mv('door', 'real'); mv('link', 'door'); mv('door', 'link'); mv('real', 'door'); }`;
  const swapping = raced.call({
    tool: 'shell',
    input: { argv: [process.execPath, '-e', swap], timeout_ms: 60_000 },
    signal: cancel.signal,
  });
  const outcomes = new Set<string>();
  for (let round = 0; round < 600; round += 1) {
    const answers = await Promise.all([
      raced.call({ tool: 'read_file', input: { path: 'door/prey' } }),
      raced.call({ tool: 'write_file', input: { path: 'door/made', content: 'x' } }),
      raced.call({ tool: 'list_files', input: { path: 'door' } }),
    ]);
    for (const answer of answers) outcomes.add(answer.outcome);
    expect(JSON.stringify(answers)).not.toContain('outside\\n');
    expect(answers[0]).not.toMatchObject({ output: { content: 'outside' } });
  }
  cancel.abort();
  await swapping;
  expect(await readdir(outside)).toEqual(['prey']);
  // Both faces of the door were met: the race was one.
  expect([...outcomes]).toEqual(expect.arrayContaining(['ok', 'refused']));
}, 60_000);
