import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A name for what the compiled schemas depend on: the modules' sums, the definitions by hand, and the code that compiles. */
function fingerprint(sources: string): string {
  const hash = createHash('sha256');
  const add = (folder: string): void => {
    for (const file of readdirSync(folder).toSorted()) {
      const path = join(folder, file);
      if (statSync(path).isDirectory()) add(path);
      else hash.update(`${file}\0`).update(readFileSync(path));
    }
  };
  add(sources);
  return hash.digest('hex').slice(0, 16);
}

/** The folder of the cache (`AGENT_FACTORY_CACHE`, default ~/.cache/agent-factory) that all engines share. */
export function enginesCache(): string {
  return join(process.env.AGENT_FACTORY_CACHE ?? join(homedir(), '.cache', 'agent-factory'), 'engines');
}

/**
 * Where the compiled schemas are, whether or not they have been made.
 *
 * @param sources this folder; a program that was bundled elsewhere must name it.
 */
export function schemaDirectory(sources: string = __dirname): string {
  return join(enginesCache(), `kubernetes-schemas-${fingerprint(sources)}`);
}
