import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { isInside, refused, relativePath } from '../workspace/paths';
import type { Workspace } from '../workspace/workspace';
import type { Tool } from './context';
import { gitEnvironment } from './gitEnvironment';

/** Options before the command that change nothing about who is in charge. */
const harmless = new Set(['--no-pager', '--version', '--help', '-h', '--literal-pathspecs', '--no-optional-locks']);

/** The folder and the arguments, with `-C` folded into the folder. Throws TOOL_REFUSED for any other option before the command. Pure. */
export function splitGitArguments(args: readonly string[]): { folders: string[]; rest: string[] } {
  const [folders, kept]: [string[], string[]] = [[], []];
  let index = 0;
  for (let word = args[0]; word !== undefined && word.startsWith('-'); word = args[index]) {
    if (word === '-C') {
      folders.push(args[index + 1] ?? '.');
      index += 2;
    } else if (harmless.has(word)) {
      kept.push(word);
      index += 1;
    } else throw refused(`git ${word}: begin with the command; its configuration cannot be changed here`);
  }
  return { folders, rest: [...kept, ...args.slice(index)] };
}

/** Refuses arguments that name something outside the workspace. The confinement is what holds; this says so early and plainly. */
async function assertInside(workspace: Workspace, cwd: string, args: readonly string[]): Promise<void> {
  for (const word of args) {
    const value = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word.replace(/^file:\/\//, '');
    if (value === '/dev/null' || !(isAbsolute(value) || value === '..' || value.includes('../'))) continue;
    const path = isAbsolute(value) ? value : join(cwd, value);
    if ((await lstat(path).catch(() => undefined)) === undefined) continue;
    const real = await realpath(path).catch(() => path);
    if (!isInside(workspace.root, real)) throw refused(`git ${word}: leads outside the workspace`);
  }
}

export const git: Tool<'git'> = async (input, context) => {
  const { workspace, programs, egress, signal } = context;
  const { folders, rest } = splitGitArguments(input.args);
  const absolute = folders.find((folder) => isAbsolute(folder));
  if (absolute !== undefined) throw refused(`git -C ${absolute}: give a path relative to the workspace`);
  const cwd = await workspace.folderPath(relativePath([input.cwd, ...folders].join('/')) || '.');
  await assertInside(workspace, cwd, rest);
  return programs.run({
    argv: ['git', ...rest],
    cwd,
    env: { ...(await egress.variables()), ...gitEnvironment({ network: egress.socket !== null }) },
    timeoutMs: input.timeout_ms,
    maxOutputBytes: input.max_output_bytes,
    signal,
    onOutput: (stream, text) => context.onOutput(stream, text),
  });
};
