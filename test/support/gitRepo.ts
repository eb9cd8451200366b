import { execFileSync } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a fixture file is: its text or bytes, a link, or text with the executable bit. */
export type FixtureFile = string | Buffer | { link: string } | { executable: string };

/** Who commits, and when; seconds since 1970. */
interface CommitOptions {
  name?: string;
  email?: string;
  time?: number;
  message?: string;
}

/** A Git repository in a temporary folder. */
export interface GitRepo {
  root: string;
  /** Writes files; nothing is staged. */
  write(files: Record<string, FixtureFile>): void;
  /** Stages everything, ignored files too, and commits it. */
  commit(options?: CommitOptions): void;
  /** Runs git in the repository and gives what it printed. */
  git(...args: string[]): string;
  /** Removes the folder; may be called twice. */
  remove(): void;
}

const firstCommit = 1_700_000_000;

/** Makes a repository with the files in one commit; without files it has no commit. Settings of the user do not matter. */
export function gitRepo(files?: Record<string, FixtureFile>): GitRepo {
  const root = mkdtempSync(join(tmpdir(), 'repo-'));
  const run = (args: readonly string[], env: Record<string, string> = {}): string =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: root,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        ...env,
      },
    });
  const repo: GitRepo = {
    root,
    write: (more) => {
      for (const [path, file] of Object.entries(more)) writeOne(join(root, path), file);
    },
    commit: ({ name = 'Ada', email = 'ada@example.org', time = firstCommit, message = 'change' } = {}) => {
      run(['add', '--all', '--force']);
      const date = `${time} +0000`;
      run(
        ['-c', `user.name=${name}`, '-c', `user.email=${email}`, 'commit', '--quiet', '--allow-empty', '-m', message],
        {
          GIT_AUTHOR_DATE: date,
          GIT_COMMITTER_DATE: date,
        },
      );
    },
    git: (...args) => run(args),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  run(['init', '--quiet', '--initial-branch=main']);
  run(['config', 'core.autocrlf', 'false']);
  if (files) {
    repo.write(files);
    repo.commit();
  }
  return repo;
}

function writeOne(path: string, file: FixtureFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string' || Buffer.isBuffer(file)) writeFileSync(path, file);
  else if ('link' in file) symlinkSync(file.link, path);
  else writeFileSync(path, file.executable, { mode: 0o755 });
}
