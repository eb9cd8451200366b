#!/usr/bin/env node
/**
 * Starts the `factory` command: makes sure that Node is new enough, bundles the program when its source has changed, and runs it.
 * Runs on old versions of Node too, so that these get a message and not a syntax error.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= neededMajor) await run();
else runWithNewerNode();

async function run() {
  // Until the program listens itself, at its first step: an end with the exit code of all the others.
  process.on('SIGINT', endInterrupted);
  const require = createRequire(import.meta.url);
  const { enableCompileCache } = require('node:module');
  const { cachedBundle, cacheFolder } = await import('./bundle.mjs');
  const bundle = await cachedBundle(resolve(here, '../..'));
  enableCompileCache(join(cacheFolder(resolve(here, '../..')), 'compiled'));
  require(bundle);
  process.removeListener('SIGINT', endInterrupted);
}

function endInterrupted() {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: { exit_code: 130, message: 'interrupted', hints: [] } })}\n`);
  else process.stderr.write('Error: interrupted\n');
  process.exit(130);
}

/** The channel to the child is there so that it learns of our death; signals are passed on, since only we may have got them. */
function runWithNewerNode() {
  const node = newerNode();
  if (node === undefined) {
    process.stderr.write(
      `factory needs Node ${neededMajor} or newer and this is ${process.version}. Run \`npm ci\` in ${resolve(here, '../..')}: it brings one.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`factory cannot run ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The Node that `npm ci` installed as a dependency of this program. */
function newerNode() {
  try {
    const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
