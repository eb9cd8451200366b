import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packRepository } from '../../../cli/src/audit/artifact';
import { openRepository } from '../../../cli/src/audit/repository';
import { temporaryFolder } from '../support/folder';
import { commitFiles, gitIn, makeRepository, smallProject } from '../support/repository';

/** Packs a repository and unpacks it as an agent does: the tar of a bare repository, checked out at HEAD. */
async function roundTrip(path: string, maxBytes?: number) {
  const repository = await openRepository(path);
  const artifact = await packRepository(repository, maxBytes);
  const folder = temporaryFolder();
  const bare = join(folder, 'bare');
  mkdirSync(bare);
  execFileSync('tar', ['-xf', artifact.file, '-C', bare]);
  const digest = `sha256:${createHash('sha256').update(readFileSync(artifact.file)).digest('hex')}`;
  await artifact.drop();
  gitIn(folder, 'clone', '-q', bare, join(folder, 'repo'));
  return { repository, artifact, digest, bare, checkout: join(folder, 'repo') };
}

test('what the agents get is HEAD with its history, and names no path of this machine', async () => {
  const path = makeRepository(join(temporaryFolder(), 'small'), smallProject);
  const head = commitFiles(path, { 'more.txt': 'more' }, 'second');
  const { repository, artifact, digest, bare, checkout } = await roundTrip(path);
  expect(repository).toMatchObject({ name: 'small', head, branch: 'main', shallow: false, files: 8, uncommitted: 0 });
  expect(artifact).toMatchObject({ digest, depth: undefined });
  expect(gitIn(checkout, 'rev-parse', 'HEAD').trim()).toBe(head);
  expect(gitIn(checkout, 'rev-list', '--count', 'HEAD').trim()).toBe('2');
  expect(readFileSync(join(checkout, 'more.txt'), 'utf8')).toBe('more');
  expect(readFileSync(join(bare, 'config'), 'utf8')).not.toContain(path);
  expect(existsSync(dirname(artifact.file))).toBe(false);
});

test('changes that are not committed stay here, and are counted', async () => {
  const path = makeRepository(join(temporaryFolder(), 'small'), smallProject);
  writeFileSync(join(path, 'README.md'), 'changed');
  writeFileSync(join(path, 'new.txt'), 'new');
  const { repository, checkout } = await roundTrip(path);
  expect(repository.uncommitted).toBe(2);
  expect(existsSync(join(checkout, 'new.txt'))).toBe(false);
  expect(readFileSync(join(checkout, 'README.md'), 'utf8')).toBe(smallProject['README.md']);
});

test('a detached HEAD, a folder below the top, a linked worktree, a bare repository and an odd name all work', async () => {
  const path = makeRepository(join(temporaryFolder(), 'odd %41 näme #?'), smallProject);
  const first = gitIn(path, 'rev-parse', 'HEAD').trim();
  commitFiles(path, { 'more.txt': 'more' }, 'second');
  expect((await roundTrip(join(path, 'src'))).repository.path).toBe(path);

  const worktree = join(temporaryFolder(), 'tree');
  gitIn(path, 'worktree', 'add', '-q', '-b', 'side', worktree, first);
  const side = commitFiles(worktree, { 'side.txt': 'side' }, 'on the side');
  const fromTree = await roundTrip(worktree);
  expect(gitIn(fromTree.checkout, 'rev-parse', 'HEAD').trim()).toBe(side);

  const bare = join(temporaryFolder(), 'copy.git');
  gitIn(path, 'clone', '-q', '--bare', path, bare);
  expect((await roundTrip(bare)).repository).toMatchObject({ name: 'copy', uncommitted: 0 });

  gitIn(path, 'checkout', '-q', '--detach', first);
  const detached = await roundTrip(path);
  expect(detached.repository).toMatchObject({ head: first, branch: undefined });
  expect(gitIn(detached.checkout, 'rev-parse', 'HEAD').trim()).toBe(first);
});

test('the commit that was looked at is packed, even when the branch has moved on since', async () => {
  const path = makeRepository(join(temporaryFolder(), 'moving'), smallProject);
  const repository = await openRepository(path);
  commitFiles(path, { 'later.txt': 'later' }, 'later');
  const artifact = await packRepository(repository);
  const bare = temporaryFolder();
  execFileSync('tar', ['-xf', artifact.file, '-C', bare]);
  await artifact.drop();
  expect(gitIn(bare, 'rev-parse', 'HEAD').trim()).toBe(repository.head);
});

test('a shallow clone is packed as it is, and called shallow', async () => {
  const path = makeRepository(join(temporaryFolder(), 'deep'), smallProject);
  commitFiles(path, { 'more.txt': 'more' }, 'second');
  const shallow = join(temporaryFolder(), 'shallow');
  gitIn(path, 'clone', '-q', '--depth=1', pathToFileURL(path).href, shallow);
  const { repository, checkout } = await roundTrip(shallow);
  expect(repository.shallow).toBe(true);
  expect(gitIn(checkout, 'rev-list', '--count', 'HEAD').trim()).toBe('1');
});

test('a history over the limit is cut and said so; one commit over it is refused', async () => {
  const path = makeRepository(join(temporaryFolder(), 'fat'), { 'a.bin': noise(400_000) });
  commitFiles(path, { 'a.bin': 'small now' }, 'smaller');
  const { artifact, checkout } = await roundTrip(path, 300_000);
  expect(artifact.depth).toBe(1);
  expect(readFileSync(join(checkout, 'a.bin'), 'utf8')).toBe('small now');
  await expect(packRepository(await openRepository(path), 1_000)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

test('looking at a repository runs no program that its own configuration names', async () => {
  const path = makeRepository(join(temporaryFolder(), 'trap'), {
    ...smallProject,
    '.gitattributes': '* filter=trap\n',
  });
  const sprung = join(temporaryFolder(), 'sprung');
  for (const key of ['filter.trap.clean', 'filter.trap.process', 'core.fsmonitor'])
    gitIn(path, 'config', key, `touch ${sprung}; cat`);
  gitIn(path, 'config', 'filter.trap.required', 'true');
  writeFileSync(join(path, 'README.md'), 'changed');
  const repository = await openRepository(path);
  await (await packRepository(repository)).drop();
  expect(repository.uncommitted).toBe(1);
  expect(existsSync(sprung)).toBe(false);
});

test.each([
  ['https://user:secret@example.org/team/thing.git', 'thing'],
  ['git@example.org:team/thing.git', 'thing'],
  ['/some/where/other', 'here'],
])('with the origin %s it is called %s', async (origin, name) => {
  const path = makeRepository(join(temporaryFolder(), 'here'), smallProject);
  gitIn(path, 'remote', 'add', 'origin', origin);
  expect((await openRepository(path)).name).toBe(name);
});

test.each([
  ['a folder that is no repository', () => temporaryFolder(), /is not in a Git repository/],
  ['a path that is not there', () => join(temporaryFolder(), 'nothing'), /is not a folder/],
  ['a file', () => join(makeRepository(join(temporaryFolder(), 'r'), smallProject), 'README.md'), /is not a folder/],
  [
    'a repository without a commit',
    () => {
      const folder = temporaryFolder();
      gitIn(folder, 'init', '-q');
      return folder;
    },
    /has no commit yet/,
  ],
])('%s is refused as a wrong command line, with the option it came by', async (_name, make, message) => {
  const failure = await openRepository(make()).catch((error: unknown) => error);
  expect(failure).toMatchObject({ exitCode: 2, message: expect.stringMatching(/^--repo: /), hints: [] });
  expect(String(failure)).toMatch(message);
});

/** Text that does not compress. */
function noise(bytes: number): string {
  let seed = 1;
  return Array.from({ length: bytes }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 90));
  }).join('');
}
