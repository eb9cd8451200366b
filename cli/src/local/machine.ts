import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, textField } from '../thrown';

const run = promisify(execFile);

/** Path of a program on PATH, or undefined. */
export function which(program: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** How to run a command as root without a question: [] as root, ['sudo', '-n'] where that works, else undefined. */
export async function asRoot(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = which('sudo');
  if (sudo === undefined) return undefined;
  try {
    await run(sudo, ['-n', 'true'], { timeout: 5_000 });
    return [sudo, '-n'];
  } catch {
    return undefined;
  }
}

/** Installs a Debian package, fetching the lists first when it is not in them. Rejects with the last line of what apt-get said. */
export async function aptInstall(root: readonly string[], packageName: string): Promise<void> {
  const apt = async (args: readonly string[]): Promise<void> => {
    await runAs(root, ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args], 180_000);
  };
  const install = ['install', '-y', '--no-install-recommends', packageName];
  try {
    await apt(install).catch(async () => {
      await apt(['update']);
      await apt(install);
    });
  } catch (error) {
    throw new Error(lastLine(error), { cause: error });
  }
}

/** A server that a package started as a service of the system, which nobody asked for: stopped and disabled. */
export async function disableService(root: readonly string[], service: string): Promise<void> {
  if (which('systemctl') === undefined) return;
  await runAs(root, ['systemctl', 'disable', '--now', service], 30_000).catch(() => undefined); // no systemd runs here: then it started nothing
}

/** Runs a command as root in the way that `asRoot` found. */
async function runAs(root: readonly string[], words: readonly string[], timeout: number): Promise<void> {
  const [command, ...rest] = [...root, ...words];
  if (command !== undefined) await run(command, rest, { timeout, maxBuffer: 16_777_216 });
}

/** Whether a Docker daemon answers. */
export async function dockerAnswers(docker: string): Promise<boolean> {
  try {
    await run(docker, ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

function lastLine(error: unknown): string {
  return (textField(error, 'stderr') ?? messageOf(error)).trim().split('\n').at(-1) ?? '';
}
