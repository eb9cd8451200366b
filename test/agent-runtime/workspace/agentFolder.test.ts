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

it('lets the group of a tools container in, where there is one', async () => {
  const folder = new AgentFolder(root, 'python-1', true);
  await folder.prepare();
  const { path } = await folder.create(attempt);
  expect((await stat(path)).mode & 0o7777).toBe(0o2770);
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
