import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the factory's own source: the nearest above this file whose package.json is the factory's. Throws when there is none. */
export function programRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (packageName(join(folder, 'package.json')) === 'agent-factory') return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json of agent-factory above ${from}`);
  }
}

/** Version of the factory, from its package.json. */
export function programVersion(root: string = programRoot()): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }; // our own file
  return version;
}

function packageName(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }).name; // any package.json is an object
  } catch {
    return undefined;
  }
}
