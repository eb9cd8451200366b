import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { ToolOutput } from '@agent-factory/contract';
import { globMatcher } from '../workspace/glob';
import { relativePath, toolFailed } from '../workspace/paths';
import type { Tool } from './context';
import { GrepLines } from './grepLines';
import { ToolTimeout } from './timeout';

type Match = ToolOutput<'search'>['matches'][number];

/** Searches with grep, in a process of its own: no expression can hold up the server. */
export const search: Tool<'search'> = async (input, { workspace, programs, signal }) => {
  const normal = relativePath(input.path);
  // A file is searched from its folder; whether the path is one is known only by looking.
  const { folder, name, prefix } = await target(workspace, normal);
  const wanted = input.glob === undefined ? () => true : globMatcher(input.glob);
  const matches: Match[] = [];
  let truncated = false;
  const lines = new GrepLines((found) => {
    const below = found.path.replace(/^\.\//, '');
    if (!wanted(below)) return true;
    if (matches.length >= input.limit) truncated = true;
    else matches.push({ ...found, path: posix.join(prefix, below) });
    return !truncated;
  });
  const output = await programs.run({
    argv: [
      ['grep', '-rnIHE', '--null', '--exclude-dir=.git'],
      prefix === '' ? ['--exclude-dir=.home'] : [],
      input.ignore_case ? ['-i'] : [],
      ['-e', input.pattern, '--', name],
    ].flat(),
    cwd: folder,
    timeoutMs: input.timeout_ms,
    maxOutputBytes: 4_096,
    signal,
    onStdout: (chunk, stop) => {
      if (!lines.push(chunk)) stop();
    },
  });
  if (output.timed_out) throw new ToolTimeout(`the search took longer than ${input.timeout_ms} ms`);
  // 1: no match. 2 with matches: some file could not be read, which is no reason to drop the rest.
  if (!truncated && output.exit_code !== 0 && output.exit_code !== 1 && matches.length === 0)
    throw toolFailed(output.stderr.trim() || 'grep failed');
  matches.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
  return { matches, truncated };
};

async function target(
  workspace: Parameters<Tool<'search'>>[1]['workspace'],
  path: string,
): Promise<{ folder: string; name: string; prefix: string }> {
  if (path !== '') {
    const parent = await workspace.folder(posix.dirname(path));
    try {
      const stats = await lstat(parent.at(posix.basename(path))).catch(() => undefined);
      if (stats?.isFile() === true)
        return { folder: parent.path, name: `./${posix.basename(path)}`, prefix: posix.dirname(path) };
    } finally {
      await parent.close();
    }
  }
  return { folder: await workspace.folderPath(path || '.'), name: '.', prefix: path };
}
