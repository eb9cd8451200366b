import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { toolFailed } from '../workspace/paths';
import type { Tool } from './context';
import { systemCode } from '../errors';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Writes beside the file and renames: a reader sees the old content or the new. A file that was executable stays so. */
export const writeFile: Tool<'write_file'> = async (input, { workspace }) => {
  const { folder, name, existing } = await workspace.place(input.path);
  const draft = folder.at(`.draft-${randomBytes(6).toString('hex')}`);
  try {
    if (existing !== undefined && !existing.isFile()) throw toolFailed(`${input.path}: is not a regular file`);
    const content = Buffer.from(input.content, input.encoding);
    const executable = input.executable || ((existing?.mode ?? 0) & 0o111) !== 0;
    const handle = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, executable ? 0o755 : 0o644);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await rename(draft, folder.at(name));
    return { path: input.path, size: content.length };
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    const code = systemCode(error);
    throw code === undefined ? error : toolFailed(`${input.path}: ${code}`, error);
  } finally {
    await folder.close();
  }
};
