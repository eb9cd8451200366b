import { execFileSync } from 'node:child_process';
import path from 'node:path';

export const root = path.join(__dirname, '../../..');

/**
 * Folders with the Pulumi engine, for PATH: built from the Go modules in test/engines once (minutes), unless this computer has
 * a `pulumi` with its language host already. Throws with what is missing.
 */
export function engineFolders(): string[] {
  if (has('pulumi') && has('pulumi-language-nodejs')) return [];
  return execFileSync(path.join(root, 'test/engines/build'), ['pulumi', 'language-host'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
    .trim()
    .split('\n');
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
