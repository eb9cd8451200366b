import { chmod, readdir, rm } from 'node:fs/promises';
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

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}
