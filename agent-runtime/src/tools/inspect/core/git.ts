import { execFile } from 'node:child_process';
import { dirname, resolve } from 'node:path';

/** What git printed. `complete` is false when time or size cut the output, `ok` when it ended with 0. */
export interface GitOutput {
  ok: boolean;
  complete: boolean;
  stdout: Buffer;
  stderr: string;
}

export interface GitOptions {
  /** Milliseconds until git is killed. */
  timeoutMs: number;
  /** Bytes of output after which git is killed, default 64 MiB. */
  maxBytes?: number;
  signal?: AbortSignal | undefined;
}

// A repository's own configuration can name programs to run and remotes to ask: none of them may matter here.
const safeConfig = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.quotePath=false',
  'core.pager=cat',
  'log.showSignature=false',
  'diff.external=',
  'protocol.allow=never',
  'safe.directory=*',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

function environment(root: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    GIT_CEILING_DIRECTORIES: dirname(resolve(root)),
  };
}

/** Runs git in `root` with bounded time and output; never throws for a failure of git. Throws the signal's reason when aborted. */
export async function git(root: string, args: readonly string[], options: GitOptions): Promise<GitOutput> {
  const output = await new Promise<GitOutput>((done) => {
    execFile(
      'git',
      [...safeConfig, '--no-pager', ...args],
      {
        cwd: root,
        env: environment(root),
        encoding: 'buffer',
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: options.maxBytes ?? 64 * 1024 * 1024,
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (error, stdout, stderr) => {
        const cut = error !== null && (error.killed === true || error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER');
        const why = error !== null && stderr.length === 0 ? error.message : stderr.toString('utf8');
        done({ ok: error === null, complete: !cut, stdout, stderr: why.slice(0, 2_000) });
      },
    );
  });
  options.signal?.throwIfAborted();
  return output;
}
