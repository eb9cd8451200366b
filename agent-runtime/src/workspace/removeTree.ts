import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errorCode';

/** Removes a folder and all below it, also where a tool took away its own rights. Links are removed, never followed. Fine when there is nothing. */
export async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };
  try {
    await rm(path, options);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) throw error;
    await openFolders(path);
    await rm(path, options);
  }
}

/**
 * Gives this user back all rights to its folders. Those of others stay as they are: their rights may be enough. What is gone meanwhile is
 * fine: the removal that failed may still be at work elsewhere in the tree.
 */
async function openFolders(folder: string): Promise<void> {
  try {
    const { mode } = await lstat(folder);
    await chmod(folder, (mode & 0o7777) | 0o700).catch(unless('EPERM'));
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await openFolders(join(folder, entry.name));
  } catch (error) {
    unless('ENOENT')(error);
  }
}

/** Throws an error of any other code. */
function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (errorCode(error) !== code) throw error;
  };
}
