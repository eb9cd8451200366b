import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseIgnore } from './ignore';

const contents = new Map<string, string>();

/**
 * A digest of everything that a build would be sent: paths, contents, links and the executable bit of all files of the
 * context that the .dockerignore (or the Dockerfile's own one) does not leave out.
 */
export function contextDigest(context: string, dockerfile: string): string {
  const own = `${dockerfile}.dockerignore`;
  const general = join(context, '.dockerignore');
  const ignoreFile = existsSync(own) ? own : general;
  const ignored = existsSync(ignoreFile) ? parseIgnore(readFileSync(ignoreFile, 'utf8')) : () => false;
  // An exception may lie beneath an ignored folder, so only without one may whole folders be skipped.
  const prunes = !existsSync(ignoreFile) || !/^\s*!/m.test(readFileSync(ignoreFile, 'utf8'));
  const hash = createHash('sha256');
  const walk = (relative: string): void => {
    for (const name of readdirSync(join(context, relative)).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const skip = ignored(path);
      const stat = lstatSync(join(context, path));
      if (stat.isDirectory()) {
        if (!skip || !prunes) walk(path);
      } else if (!skip && stat.isSymbolicLink()) hash.update(`${path}\0link\0${readlinkSync(join(context, path))}\0`);
      else if (!skip && stat.isFile()) {
        const executable = (stat.mode & 0o111) === 0 ? '' : 'x';
        hash.update(`${path}\0${executable}\0${contentHash(join(context, path), stat.mtimeMs, stat.size)}\0`);
      }
    }
  };
  walk('');
  hash.update(readFileSync(dockerfile));
  return hash.digest('hex');
}

/** Several images of one program share a context: each file is read once as long as it does not change. */
function contentHash(path: string, changed: number, size: number): string {
  const key = `${path}\0${changed}\0${size}`;
  const known = contents.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  contents.set(key, hash);
  return hash;
}
