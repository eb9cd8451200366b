import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import type { Json } from '@agent-factory/contract';
import type { ToolContext } from '../builtin/context';
import { toolFailed } from '../workspace/paths';
import { checkOut } from './checkout';
import { extractTar } from './tar';
import { neutraliseRepositories } from './neutralise';

/** What to lay out; paths relative to the workspace. */
export interface UnpackInput {
  file: string;
  into: string;
  format: 'tar' | 'git';
}

/** Lays an archive out below the workspace: first beside its place, then moved there whole. Throws FactoryErrors. */
export async function unpack(input: UnpackInput, context: ToolContext): Promise<Json> {
  const { workspace } = context;
  const target = await workspace.folder(input.into, { create: true });
  const staging = await workspace.folder(`.home/unpack-${randomBytes(6).toString('hex')}`, { create: true });
  try {
    if ((await readdir(target.at(''))).length > 0) throw toolFailed(`${input.into}: is not empty`);
    const files = await extractTar(input.file, staging.path, context);
    if (input.format === 'git') {
      const commit = await checkOut(staging.path, target.path, context);
      return { commit, files };
    }
    await neutraliseRepositories(staging.path);
    for (const name of await readdir(staging.path)) await rename(staging.at(name), target.at(name));
    return { commit: null, files };
  } finally {
    await target.close();
    await rm(staging.path, { recursive: true, force: true });
    await staging.close();
  }
}

/** Makes the home of programs, which also holds what is being unpacked. */
export async function makeHome(path: string): Promise<void> {
  await mkdir(`${path}/tmp`, { recursive: true, mode: 0o700 });
}
