import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CommandError, exitCodes } from '../../exit';
import { messageOf, textField } from '../../thrown';

const run = promisify(execFile);

/** Paths of the programs to run. */
export interface Bundles {
  dispatcher: string;
  agent: string;
}

/** What a service's build.mjs answers, as far as it matters here. */
const builtSchema = z.object({ outfile: z.string() });

/** Bundles the two services into a folder, with their own build scripts. Throws a CommandError when one of them does not build. */
export async function bundleServices(root: string, outdir: string): Promise<Bundles> {
  const [dispatcher, agent] = await Promise.all([
    build(join(root, 'dispatcher'), join(outdir, 'dispatcher')),
    build(join(root, 'agent-runtime'), join(outdir, 'agent')),
  ]);
  return { dispatcher, agent };
}

/** In a process of its own: side by side, and the compiler's own process does not stay with us. */
async function build(workspace: string, outdir: string): Promise<string> {
  const script = pathToFileURL(join(workspace, 'build.mjs')).href;
  const code = `const { build } = await import(${JSON.stringify(script)}); const { outfile } = await build(${JSON.stringify(outdir)}); process.stdout.write(JSON.stringify({ outfile }));`;
  try {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
      cwd: workspace,
      timeout: 120_000,
      maxBuffer: 16_777_216,
    });
    return builtSchema.parse(JSON.parse(stdout)).outfile;
  } catch (error) {
    const said = (textField(error, 'stderr') ?? messageOf(error)).split('\n').filter((line) => line.trim() !== '');
    throw new CommandError(exitCodes.failed, `${workspace} cannot be built`, { hints: said.slice(0, 8), cause: error });
  }
}
