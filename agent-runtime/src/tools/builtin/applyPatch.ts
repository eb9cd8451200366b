import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import type { FactoryError } from '@agent-factory/contract';
import { refused, relativePath, toolFailed } from '../workspace/paths';
import type { Tool } from './context';
import { gitEnvironment } from './gitEnvironment';

const limits = { timeoutMs: 60_000, maxOutputBytes: 1_048_576 };

/** A repository without content or configuration, so that `git apply` uses none of the workspace's. */
async function emptyRepository(folder: string): Promise<void> {
  await mkdir(join(folder, 'objects'));
  await mkdir(join(folder, 'refs'));
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
}

/** The files of `git apply --numstat -z`: `added TAB deleted TAB path NUL`. Pure. */
function numstatFiles(text: string): string[] {
  return text
    .split('\0')
    .filter(Boolean)
    .map((record) => record.split('\t').slice(2).join('\t'));
}

/** What git said, as a refusal when it is about a path that leads away. */
function gitFault(stderr: string): FactoryError {
  const text = stderr.trim() || 'the patch does not apply';
  return /invalid path|beyond a symbolic link|outside repository/.test(text) ? refused(text) : toolFailed(text);
}

/** Applies a diff with `git apply`, which changes all files or none and refuses to write through links. */
export const applyPatch: Tool<'apply_patch'> = async (input, { workspace, programs, signal }) => {
  const cwd = await workspace.folderPath(input.path);
  const repository = await mkdtemp(join(tmpdir(), 'patch-'));
  try {
    await emptyRepository(repository);
    const env = { ...gitEnvironment({ network: false }), GIT_DIR: repository, GIT_WORK_TREE: cwd };
    const apply = (...options: string[]): ReturnType<typeof programs.run> =>
      programs.run({
        argv: ['git', 'apply', `-p${input.strip}`, '--whitespace=nowarn', ...options, '-'],
        cwd,
        env,
        stdin: input.patch,
        signal,
        ...limits,
      });
    const listed = await apply('--numstat', '-z');
    if (listed.exit_code !== 0) throw gitFault(listed.stderr);
    const files = numstatFiles(listed.stdout);
    for (const file of files) {
      relativePath(file);
      if (file.split('/').includes('.git')) throw refused(`${file}: a patch may not change a repository's own files`);
    }
    const applied = await apply();
    if (applied.exit_code !== 0) throw gitFault(applied.stderr);
    return { files: files.map((file) => posix.join(relativePath(input.path), file)) };
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
};
