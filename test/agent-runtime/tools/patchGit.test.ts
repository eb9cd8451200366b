import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Harness, output, sh } from './harness';
import type { ToolSession } from '../../../agent-runtime/src/tools/session';

const harness = new Harness();
let session: ToolSession;
let workspace: string;
beforeEach(async () => ({ session, workspace } = await harness.session()));
afterEach(() => session.stop());
afterAll(() => harness.end());

const patchOf = (path: string, from: string, to: string): string =>
  `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-${from}\n+${to}\n`;
const newFile = (path: string, text: string): string => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;

describe('apply_patch', () => {
  const apply = (patch: string, more: Record<string, string | number> = {}) =>
    session.call({ tool: 'apply_patch', input: { patch, ...more } });

  test('changes and makes files, also below a folder and inside a repository', async () => {
    await sh(session, 'git init -q sub && mkdir sub/deep && echo one > a && echo one > sub/deep/b');
    expect(output(await apply(patchOf('a', 'one', 'two') + newFile('n/x', 'new'))).files).toEqual(['a', 'n/x']);
    expect(output(await apply(patchOf('b', 'one', 'two'), { path: 'sub/deep' })).files).toEqual(['sub/deep/b']);
    expect(await sh(session, 'cat a n/x sub/deep/b')).toBe('two\nnew\ntwo\n');
    expect(
      output(await apply('--- b\n+++ b\n@@ -1 +1 @@\n-two\n+three\n', { path: 'sub/deep', strip: 0 })).files,
    ).toEqual(['sub/deep/b']);
  });

  test('one part that does not fit leaves all as it was', async () => {
    await sh(session, 'echo one > a; echo one > b');
    expect(await apply(patchOf('a', 'one', 'two') + patchOf('b', 'other', 'two'))).toMatchObject({
      outcome: 'error',
      code: 'TOOL_FAILED',
    });
    expect(await sh(session, 'cat a b')).toBe('one\none\n');
  });

  test.each([
    ['a parent', newFile('../x', 'x')],
    ['an absolute path', newFile('/tmp/x', 'x')],
    ['a link', newFile('way/x', 'x')],
    [
      'a link it makes itself',
      `diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n${newFile('l/x', 'x')}`,
    ],
    ['the files of a repository', newFile('.git/hooks/post-checkout', 'x')],
  ])('a way out through %s is refused', async (_, patch) => {
    await symlink('/tmp', join(workspace, 'way'));
    expect(await apply(patch)).toMatchObject({ outcome: 'refused', code: 'TOOL_REFUSED' });
    expect(await sh(session, 'ls /tmp')).toBe('');
  });

  test('text that is no patch is a failure', async () => {
    expect(await apply('hello')).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
  });

  test('the filters of a repository are not run', async () => {
    await sh(
      session,
      `git init -q . && echo '* filter=f' > .gitattributes && git config filter.f.smudge 'touch /workspace/ran; cat' && git config filter.f.clean 'touch /workspace/ran; cat' && echo one > a`,
    );
    output(await apply(patchOf('a', 'one', 'two')));
    expect(await readdir(workspace)).not.toContain('ran');
  });
});

describe('git', () => {
  const git = (...args: string[]) => session.call({ tool: 'git', input: { args } });

  test('works as git does, without identity or folder having to be set up', async () => {
    output(await git('init', '-q', 'repo'));
    await writeFile(join(workspace, 'repo/a'), 'a\n');
    output(await git('-C', 'repo', 'add', '.'));
    expect(output(await git('-C', 'repo', 'commit', '-qm', 'first'))).toMatchObject({ exit_code: 0 });
    expect(output(await git('--no-pager', '-C', 'repo', 'log', '--format=%an %s')).stdout).toBe('agent first\n');
    expect(output(await git('-C', 'repo', 'nonsense')).exit_code).toBe(1);
  });

  test('runs neither hooks nor the programs of a repository’s configuration', async () => {
    await sh(
      session,
      `git init -q . && echo a > a && mkdir -p .git/hooks && for h in pre-commit post-commit post-checkout commit-msg; do printf '#!/bin/sh\\ntouch /workspace/ran-%s\\n' $h > .git/hooks/$h; chmod +x .git/hooks/$h; done
       for key in core.fsmonitor core.pager core.editor core.sshCommand diff.external gpg.program core.askPass credential.helper; do git config $key 'touch /workspace/ran-setting; false'; done; git config core.hooksPath .git/hooks; git config commit.gpgSign true; git config pager.log true`,
    );
    output(await git('add', 'a'));
    expect(output(await git('commit', '-m', 'x')).exit_code).toBe(0);
    output(await git('checkout', '-q', '-b', 'other'));
    await writeFile(join(workspace, 'a'), 'b\n');
    for (const args of [
      ['status'],
      ['diff'],
      ['log', '-p'],
      ['commit', '--amend', '-a'],
      ['fetch', 'ssh://h.test/x'],
      ['ls-remote', 'ext::sh -c touch% /workspace/ran-ext'],
    ])
      output(await git(...args));
    expect((await readdir(workspace)).filter((name) => name.startsWith('ran'))).toEqual([]);
  });

  test.each([
    ['-c', 'alias.x=!id', 'x'],
    ['--exec-path=/workspace', 'status'],
    ['--git-dir=/tmp', 'status'],
    ['-C', '..', 'status'],
    ['-C', '/etc', 'status'],
    ['diff', '--no-index', '/dev/null', '/etc/passwd'],
    ['clone', 'file:///usr/share', 'x'],
    ['clone', '../usr/share', 'x'],
    ['archive', '--output=/tmp', 'HEAD'],
  ])('%s %s %s is refused', async (...args) => {
    expect(await git(...args.filter(Boolean))).toMatchObject({ outcome: 'refused', code: 'TOOL_REFUSED' });
  });

  test('no host can be reached that is not on the list', async () => {
    const answer = output(await git('clone', 'https://example.com/x.git'));
    expect(answer.exit_code).not.toBe(0);
    expect(answer.stderr).toMatch(/transport 'https' not allowed/);
  });
});

describe('unpack', () => {
  /** Makes an archive with the system’s tar, outside of any sandbox, and puts it into the workspace. */
  async function archive(name: string, folder: string, ...args: string[]): Promise<void> {
    execFileSync('tar', ['-cPf', join(workspace, name), ...args], { cwd: folder });
  }
  const unpack = (file: string, kind: 'tar' | 'git') => session.unpack({ file, into: 'out', kind });

  test('a tar, gzipped or not, is laid out with its links inside', async () => {
    const source = await harness.folder();
    await mkdir(join(source, 'd'));
    await writeFile(join(source, 'd/a'), 'a');
    await symlink('d/a', join(source, 'l'));
    await archive('x.tar', source, 'd', 'l');
    expect(output(await unpack('x.tar', 'tar'))).toEqual({ commit: null, files: 1 });
    expect(await readFile(join(workspace, 'out/l'), 'utf8')).toBe('a');
    await archive('y.tgz', source, '-z', 'd');
    expect(output(await session.unpack({ file: 'y.tgz', into: 'deep/er', kind: 'tar' }))).toEqual({
      commit: null,
      files: 1,
    });
    expect(await unpack('x.tar', 'tar')).toMatchObject({ outcome: 'error', message: 'out: is not empty' });
  });

  test('what an archive aims outside lands inside or nowhere', async () => {
    const source = await harness.folder();
    const victim = await harness.folder();
    await writeFile(join(source, 'evil'), 'evil');
    await writeFile(join(victim, 'kept'), 'kept');
    const run = (...args: string[]): Buffer => execFileSync('tar', ['-P', ...args], { cwd: source });
    await mkdir(join(source, 'w'));
    run('-cf', 'x.tar', '--transform=s,^evil$,../../evil,', 'evil');
    run('-rf', 'x.tar', `--transform=s,^evil$,${victim}/kept,`, 'evil');
    // A link to outside, then a file below it.
    await symlink(victim, join(source, 'door'));
    run('-rf', 'x.tar', 'door');
    run('-rf', 'x.tar', '--transform=s,^evil$,door/kept,', 'evil');
    await symlink('/etc/passwd', join(source, 'passwd'));
    await symlink('../../..', join(source, 'w/up'));
    run('-rf', 'x.tar', 'passwd', 'w/up');
    execFileSync('mkfifo', ['pipe'], { cwd: source });
    run('-rf', 'x.tar', 'pipe');
    await writeFile(join(workspace, 'x.tar'), await readFile(join(source, 'x.tar')));
    const outcome = await unpack('x.tar', 'tar');
    expect(['ok', 'error', 'refused']).toContain(outcome.outcome);
    expect(await readFile(join(victim, 'kept'), 'utf8')).toBe('kept');
    expect((await readdir(workspace)).toSorted()).toEqual(['.home', 'out', 'x.tar']);
    expect(await sh(session, 'find out -type l; find out -type p; find . -name evil; ls /tmp')).toBe('');
  });

  test('what is no archive, or cut, or missing is a failure that leaves nothing behind', async () => {
    await writeFile(join(workspace, 'text'), 'hello\n'.repeat(1_000));
    await writeFile(join(workspace, 'cut.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]));
    for (const file of ['text', 'cut.gz', 'missing'])
      expect(await unpack(file, 'tar')).toMatchObject({ outcome: 'error', code: 'TOOL_FAILED' });
    for (const file of ['../x', '/etc/passwd']) expect(await unpack(file, 'tar')).toMatchObject({ outcome: 'refused' });
    await archive('x.tar', workspace, 'text');
    expect(await unpack('x.tar', 'git')).toMatchObject({
      outcome: 'error',
      message: 'the archive is not of a bare Git repository',
    });
    expect(await readdir(join(workspace, 'out'))).toEqual([]);
    expect(await readdir(join(workspace, '.home'))).toEqual(['tmp']);
  });

  /** A bare repository with a commit, as hostile as one can be made. */
  async function hostileRepository(): Promise<string> {
    const folder = await harness.folder();
    const mark = 'touch /workspace/ran; touch ran; cat';
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          GIT_AUTHOR_NAME: 'a',
          GIT_AUTHOR_EMAIL: 'a@b',
          GIT_COMMITTER_NAME: 'a',
          GIT_COMMITTER_EMAIL: 'a@b',
        },
      });
    git('init', '-q', 'work');
    await writeFile(join(folder, 'work/a'), 'hello\n');
    await writeFile(join(folder, 'work/.gitattributes'), '* filter=f diff=f merge=f\n');
    await symlink('/etc/passwd', join(folder, 'work/passwd'));
    git('-C', 'work', 'add', '.');
    git('-C', 'work', 'commit', '-qm', 'one');
    git('clone', '-q', '--bare', 'work', 'bare.git');
    const settings = {
      'filter.f.smudge': mark,
      'filter.f.clean': mark,
      'filter.f.process': mark,
      'diff.f.textconv': mark,
      'diff.f.command': mark,
      'merge.f.driver': mark,
      'core.fsmonitor': mark,
      'core.hooksPath': 'hooks',
      'core.worktree': '/tmp',
      'core.sshCommand': mark,
      'alias.status': `!${mark}`,
      'include.path': '/workspace/evil.config',
    };
    for (const [key, value] of Object.entries(settings)) git('-C', 'bare.git', 'config', key, value);
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc'])
      await writeFile(join(folder, 'bare.git/hooks', hook), `#!/bin/sh\n${mark}\n`, { mode: 0o755 });
    await mkdir(join(folder, 'bare.git/objects/info'), { recursive: true });
    await writeFile(join(folder, 'bare.git/objects/info/alternates'), '/tmp\n');
    await writeFile(join(folder, 'bare.git/info/attributes'), '* filter=f\n');
    await symlink('/etc', join(folder, 'bare.git/refs/outside'));
    return folder;
  }

  test('a bare repository becomes a checkout with its history, and nothing it brings is run', async () => {
    const folder = await hostileRepository();
    await archive('repo.tar', folder, 'bare.git');
    const answer = output(await unpack('repo.tar', 'git'));
    expect(answer.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(await readFile(join(workspace, 'out/a'), 'utf8')).toBe('hello\n');
    const git = (...args: string[]) => session.call({ tool: 'git', input: { args, cwd: 'out' } });
    expect(output(await git('status', '--porcelain')).stdout).toBe('');
    expect(output(await git('log', '--format=%s')).stdout).toBe('one\n');
    await writeFile(join(workspace, 'out/a'), 'changed\n');
    output(await git('diff'));
    output(await git('commit', '-qam', 'two'));
    // Not even a git that knows nothing of our settings finds anything to run.
    expect(await sh(session, 'cd out && git status --porcelain && git config --local --list')).toBe(
      'core.repositoryformatversion=0\ncore.bare=false\n',
    );
    expect(await sh(session, 'find . -name "ran*"; find out/.git -type l; ls out/.git/hooks 2>/dev/null')).toBe('');
    expect(await session.call({ tool: 'read_file', input: { path: 'out/passwd' } })).toMatchObject({
      outcome: 'refused',
    });
  });

  test('a tar that brings a repository brings no hook and no setting', async () => {
    const folder = await hostileRepository();
    await archive('all.tar', folder, 'work', 'bare.git');
    output(await unpack('all.tar', 'tar'));
    expect(
      await sh(
        session,
        'cd out/work && git status --porcelain; cd ../bare.git && git log --format=%s; find /workspace -name "ran*"; find /workspace/out -path "*/hooks/*"',
      ),
    ).toBe(' D passwd\none\n');
  });

  test('a repository without commits is a checkout of nothing', async () => {
    const folder = await harness.folder();
    execFileSync('git', ['init', '-q', '--bare', '.'], { cwd: folder });
    await archive('empty.tar', folder, '.');
    expect(output(await unpack('empty.tar', 'git'))).toMatchObject({ commit: null });
    expect(await readdir(join(workspace, 'out'))).toEqual(['.git']);
  });
});
