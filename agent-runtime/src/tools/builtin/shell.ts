import type { Tool } from './context';

/** Runs a program, or `sh -c script sh ...args`; the arguments are never part of the text. */
export const shell: Tool<'shell'> = async (input, context) => {
  const { workspace, programs, egress, signal } = context;
  const argv = input.argv ?? ['/bin/sh', '-c', input.script ?? '', 'sh', ...input.args];
  return programs.run({
    argv: input.argv === undefined ? argv : [...argv, ...input.args],
    cwd: await workspace.folderPath(input.cwd),
    env: { ...(await egress.variables()), ...input.env },
    stdin: input.stdin,
    timeoutMs: input.timeout_ms,
    maxOutputBytes: input.max_output_bytes,
    signal,
    onOutput: (stream, text) => context.onOutput(stream, text),
  });
};
