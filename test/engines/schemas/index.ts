import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAll } from './compile';
import { enginesCache, schemaDirectory } from './directory';
import { documentFile, type SchemaIndex, type VersionDocument } from './format';
import { moduleDirectories } from './modules';

const keptForMs = 30 * 24 * 60 * 60 * 1000;

/** Removes schemas of other versions of this folder that nobody has made again for a month. */
function forgetOldOnes(current: string): void {
  for (const name of readdirSync(enginesCache())) {
    const path = join(enginesCache(), name);
    if (!name.startsWith('kubernetes-schemas-') || path === current) continue;
    if (Date.now() - statSync(path).mtimeMs > keptForMs) rmSync(path, { recursive: true, force: true });
  }
}

function write(documents: readonly VersionDocument[], folder: string): void {
  const index: SchemaIndex = { versions: {} };
  for (const document of documents) {
    const file = documentFile(document.groupVersion);
    writeFileSync(join(folder, file), JSON.stringify(document));
    index.versions[document.groupVersion] = { file, bundle: document.bundle, kinds: document.kinds };
  }
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
}

/**
 * Makes the compiled schemas when the cache does not have them, and says where they are. A second call reads this folder and
 * does nothing else. Two processes may make them at once: the first to finish wins.
 *
 * @throws when they must be made and Go, or its module proxy, is not there.
 */
export async function ensureSchemas(): Promise<string> {
  const directory = schemaDirectory();
  const whole = (): boolean => existsSync(join(directory, 'index.json'));
  if (whole()) return directory;
  const making = `${directory}.${randomUUID()}`;
  mkdirSync(making, { recursive: true });
  try {
    write(compileAll(await moduleDirectories()), making);
    renameSync(making, directory);
  } catch (error) {
    if (!whole()) throw error; // else another process was faster
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  forgetOldOnes(directory);
  return directory;
}
