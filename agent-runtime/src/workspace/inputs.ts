import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, type TaskInput } from '@agent-factory/contract';
import { errorCode } from '../errorCode';
import type { ToolSession } from '../tools/session';
import type { ArtifactCache } from './artifactCache';

/** What laying inputs needs. */
export interface InputsContext {
  workspace: string;
  /** On the file system of the cache, out of the tools' reach. */
  privateFolder: string;
  cache: ArtifactCache;
  tools: Pick<ToolSession, 'unpack'>;
  signal: AbortSignal;
}

/**
 * Lays the inputs of a task into its workspace, in order. Archives are opened by the confined tools, never here. The workspace gets copies: a tool
 * that writes to its file must not reach the cache. Throws INVALID_ARGUMENT with the input's path when a place is taken, or what the download
 * or the unpacking failed with.
 */
export async function layInputs(inputs: readonly TaskInput[], context: InputsContext): Promise<void> {
  for (const [index, input] of inputs.entries()) {
    await context.cache.withArtifact(input.artifact, context.privateFolder, context.signal, (artifact) =>
      input.unpack === 'none'
        ? place(input, artifact, context, index)
        : unpack(input, input.unpack, artifact, context, index),
    );
  }
}

async function place(input: TaskInput, artifact: string, context: InputsContext, index: number): Promise<void> {
  const target = join(context.workspace, input.path);
  try {
    await makeFolders(context.workspace, input.path.split('/').slice(0, -1));
    await copyFile(artifact, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    // The tools may be another user of the same group.
    await chmod(target, 0o664);
  } catch (error) {
    throw placeTaken(error, input, index);
  }
}

async function unpack(
  input: TaskInput,
  kind: 'tar' | 'git',
  artifact: string,
  context: InputsContext,
  index: number,
): Promise<void> {
  const file = `.input-${index}`;
  const copy = join(context.workspace, file);
  await copyFile(artifact, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  try {
    await chmod(copy, 0o644);
    const answer = await context.tools.unpack({ file, into: input.path, kind, signal: context.signal });
    if (answer.outcome !== 'ok')
      throw new FactoryError(answer.code, `inputs[${index}] (${input.path}): ${answer.message}`);
  } finally {
    await rm(copy, { force: true });
  }
}

/** Makes the folders one by one and stops at anything else: an archive unpacked before may hold links that lead out of the workspace. */
async function makeFolders(workspace: string, names: readonly string[]): Promise<void> {
  let folder = workspace;
  for (const name of names) {
    folder = join(folder, name);
    await mkdir(folder).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    if (!(await lstat(folder)).isDirectory())
      throw new FactoryError('TOOL_REFUSED', `${names.join('/')} leads through something that is not a folder`);
  }
}

function placeTaken(error: unknown, input: TaskInput, index: number): unknown {
  if (error instanceof FactoryError && error.code === 'TOOL_REFUSED')
    return new FactoryError(error.code, `inputs[${index}].path: ${error.detail}`);
  if (errorCode(error) !== 'EEXIST') return error;
  return new FactoryError('INVALID_ARGUMENT', `inputs[${index}].path: ${input.path} is taken by an earlier input`);
}
