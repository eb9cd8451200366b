/** Bundles cli/src/main.ts and keeps the bundle for as long as none of its source files changes: starting through a compiler costs half a second. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many old bundles stay, for commands that are just starting with one. */
const bundlesKept = 3;

export const cacheFolder = (root) => join(root, 'node_modules/.cache/agent-factory');

/** Path of a bundle of the source as it is now. */
export async function cachedBundle(root) {
  const folder = cacheFolder(root);
  const known = readRecord(join(folder, 'cli.json'));
  if (known !== undefined && isFresh(root, folder, known)) return join(folder, known.file);
  return bundle(root, folder);
}

function isFresh(root, folder, { file, inputs }) {
  try {
    statSync(join(folder, file));
    return inputs.every(([path, digest]) => digestOf(readFileSync(join(root, path))) === digest);
  } catch {
    return false;
  }
}

async function bundle(root, folder) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/src/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    outfile: 'cli.cjs',
    write: false,
    metafile: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const [{ contents }] = outputFiles;
  const file = `cli-${digestOf(contents).slice(0, 16)}.cjs`;
  // Packages change with the lock file only, so that stands for all of them.
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  const inputs = [...sources, 'package-lock.json', 'cli/bin/bundle.mjs'].map((path) => [
    path,
    digestOf(readFileSync(join(root, path))),
  ]);
  mkdirSync(folder, { recursive: true });
  replaceFile(join(folder, file), contents);
  replaceFile(join(folder, 'cli.json'), JSON.stringify({ file, inputs }));
  dropOld(folder, file);
  return join(folder, file);
}

function dropOld(folder, current) {
  const old = readdirSync(folder)
    .filter((name) => /^cli-[0-9a-f]+\.cjs$/.test(name) && name !== current)
    .map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  for (const { name } of old.slice(bundlesKept)) rmSync(join(folder, name), { force: true });
}

function readRecord(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Other commands may be reading: the new content is there whole or not at all. */
function replaceFile(path, contents) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
