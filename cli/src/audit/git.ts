import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, textField } from '../thrown';

const run = promisify(execFile);

/** Runs git on a repository without prompts, locks or a pager. Rejects with what git said. */
export async function git(
  args: readonly string[],
  options: { cwd?: string; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<string> {
  try {
    const { stdout } = await run('git', [...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      timeout: options.timeoutMs ?? 30_000,
      maxBuffer: 64 * 1_048_576,
      env: {
        ...withoutGit(process.env),
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_NO_LAZY_FETCH: '1',
        LC_ALL: 'C',
      },
    });
    return stdout;
  } catch (error) {
    throw new GitError(saidBy(error), { cause: error });
  }
}

/** What git said when it failed; its first line of any weight. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Inside a hook git sets GIT_DIR and its like, which would name another repository than the one we mean. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const local = [
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_INDEX_FILE',
    'GIT_OBJECT_DIRECTORY',
    'GIT_COMMON_DIR',
    'GIT_PREFIX',
    'GIT_NAMESPACE',
  ];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !local.includes(name)));
}

function saidBy(error: unknown): string {
  if (textField(error, 'code') === 'ENOENT') return 'git is not installed';
  const lines = (textField(error, 'stderr') ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => line.startsWith('fatal:'))?.slice(7) ?? lines.at(-1) ?? messageOf(error);
}
