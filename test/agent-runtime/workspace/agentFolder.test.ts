import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentFolder } from '../../../agent-runtime/src/workspace/agentFolder';
import { removeTree } from '../../../agent-runtime/src/workspace/removeTree';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const attempt = { id: 'python-01h455vb4pex5vsknk084sn02q', epoch: 2 };

it('gives each attempt a folder that only its user may enter, and removes it', async () => {
  const folder = new AgentFolder(join(root, 'work'), 'python-1', false);
  await folder.prepare();
  const workspace = await folder.create(attempt);
  expect(workspace.path).toBe(join(root, 'work', 'python-1', `${attempt.id}.2`));
  expect((await stat(workspace.path)).mode & 0o777).toBe(0o700);
  await writeFile(join(workspace.path, 'file'), '');
  await workspace.remove();
  await workspace.remove();
  await expect(stat(workspace.path)).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('with a tools container', () => {
  let shared: string;
  let privateRoot: string;
  let removed: string[];
  beforeEach(async () => {
    [shared, privateRoot, removed] = [join(root, 'shared'), join(root, 'private'), []];
    await mkdir(shared);
  });
  const open = (): AgentFolder =>
    new AgentFolder(shared, 'pod-1', {
      privateRoot,
      removeShared: async (path) => {
        removed.push(path);
        await rm(path, { recursive: true, force: true });
      },
    });

  it('lets its group in, and not into the private folder', async () => {
    const folder = open();
    await folder.prepare();
    const { path } = await folder.create(attempt);
    expect((await stat(path)).mode & 0o7777).toBe(0o2770);
    expect(folder.privatePath).toBe(join(privateRoot, 'pod-1'));
    expect((await stat(folder.privatePath)).mode & 0o777).toBe(0o700);
  });

  it('keeps nothing of the pod before: neither its workspaces nor what its programs left beside them', async () => {
    for (const left of ['pod-0/python-1.1/secret', 'beside', 'pod-1/old.1/file']) {
      await mkdir(join(shared, left, '..'), { recursive: true });
      await writeFile(join(shared, left), '');
    }
    await mkdir(join(privateRoot, 'pod-0'), { recursive: true });
    await mkdir(join(privateRoot, '.cache'));
    await open().prepare();
    expect([await readdir(shared), await readdir(join(shared, 'pod-1')), (await readdir(privateRoot)).sort()]).toEqual([
      ['pod-1'],
      [],
      ['.cache', 'pod-1'],
    ]);
  });

  it('removes after each attempt what it left anywhere, and spares the others that go on', async () => {
    const folder = open();
    await folder.prepare();
    const one = await folder.create(attempt);
    const two = await folder.create({ ...attempt, epoch: 3 });
    await writeFile(join(two.path, 'work'), '');
    await writeFile(join(shared, 'beside'), '');
    await one.remove();
    expect([await readdir(shared), await readdir(two.path)]).toEqual([['pod-1'], ['work']]);
    await folder.remove();
    expect([await readdir(shared), await readdir(privateRoot)]).toEqual([[], []]);
  });

  it('follows no link that was put in place of its folder', async () => {
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside', 'precious'), '');
    await symlink(join(root, 'outside'), join(shared, 'pod-1'));
    await open().prepare();
    expect(await readdir(join(root, 'outside'))).toEqual(['precious']);
    expect((await stat(join(root, 'outside'))).mode & 0o2000).toBe(0);
  });
});

it('removes at start what a killed agent of the same id left, and nothing of others', async () => {
  const killed = new AgentFolder(root, 'python-1', false);
  await killed.prepare();
  await writeFile(join((await killed.create(attempt)).path, 'left'), '');
  const other = new AgentFolder(root, 'python-2', false);
  await other.prepare();
  await other.create(attempt);
  await new AgentFolder(root, 'python-1', false).prepare();
  expect(await readdir(killed.path)).toEqual(['.factory-agent']);
  expect(await readdir(other.path)).toHaveLength(2);
});

it('touches no folder that an agent did not make', async () => {
  await mkdir(join(root, 'python-1'));
  await writeFile(join(root, 'python-1', 'precious'), '');
  const folder = new AgentFolder(root, 'python-1', false);
  await expect(folder.prepare()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await folder.remove();
  expect(await readdir(join(root, 'python-1'))).toEqual(['precious']);
});

it('follows no link when it removes', async () => {
  await mkdir(join(root, 'outside'));
  await writeFile(join(root, 'outside', 'precious'), '');
  await mkdir(join(root, 'tree'));
  await symlink(join(root, 'outside'), join(root, 'tree', 'link'));
  await removeTree(join(root, 'tree'));
  expect(await readdir(join(root, 'outside'))).toEqual(['precious']);
});

it('removes a tree whose folders nobody may write to', async () => {
  await mkdir(join(root, 'tree', 'locked'), { recursive: true });
  await writeFile(join(root, 'tree', 'locked', 'file'), '');
  await chmod(join(root, 'tree', 'locked'), 0o500);
  await removeTree(join(root, 'tree'));
  await expect(stat(join(root, 'tree'))).rejects.toMatchObject({ code: 'ENOENT' });
});
