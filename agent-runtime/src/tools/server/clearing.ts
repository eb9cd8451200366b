import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { removeTree } from '../../workspace/removeTree';
import { systemCode } from '../errors';
import { isInside, refused } from '../workspace/paths';

/**
 * Removes a folder or file below the workspace root. Fine when there is none. Throws TOOL_REFUSED for the root itself, for what lies elsewhere, links in
 * the way resolved, and for what holds or lies in a workspace where an agent is at work.
 */
export async function removeBelow(root: string | undefined, path: string, busy: Iterable<string>): Promise<void> {
  if (root === undefined || !isAbsolute(path)) throw refused(`${path}: only folders of a shared root are removed`);
  const parent = await realpath(dirname(path)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (parent === undefined) return;
  const [real, target] = [await realpath(root), join(parent, basename(path))];
  if (target === real || !isInside(real, target)) throw refused(`${path}: is not below the workspace root`);
  for (const workspace of busy)
    if (isInside(target, workspace) || isInside(workspace, target)) throw refused(`${path}: an agent is at work there`);
  await removeTree(target);
}

/** Removes all that a folder holds; what cannot be removed stays. */
export async function emptyFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const names = await readdir(folder).catch((): string[] => []);
  await Promise.all(names.map((name) => removeTree(join(folder, name)).catch(() => undefined)));
}
