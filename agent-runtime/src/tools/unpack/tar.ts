import { createReadStream } from 'node:fs';
import { lstat, opendir, readlink, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ToolContext } from '../builtin/context';
import { killGroup } from '../process/group';
import { isInside, refused, toolFailed } from '../workspace/paths';
import { isNativeError } from 'node:util/types';
import { FactoryError } from '@agent-factory/contract';
import { messageOf } from '../errors';

/** Bytes of an archive once it is unzipped. */
const maxUnzippedBytes = 8 * 1_073_741_824;
const maxEntries = 1_000_000;

/** Ends a stream that grows past the bound. */
function bounded(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > maxBytes ? refused(`the archive holds more than ${maxBytes} bytes`) : null, chunk);
    },
  });
}

/**
 * Extracts a tar, gzipped or not, into a new folder with the system's tar, which refuses `..`, drops a leading slash and
 * writes through no link; then removes links that lead out of the folder, and what is neither file, folder nor link.
 * Answers the number of files. Throws TOOL_REFUSED past the bounds and TOOL_FAILED for what is not a tar.
 */
export async function extractTar(
  file: string,
  into: string,
  { workspace, programs, signal }: ToolContext,
): Promise<number> {
  const { handle, path } = await workspace.file(file);
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  await handle.close();
  const gzipped = magic[0] === 0x1f && magic[1] === 0x8b;

  const child = spawn('tar', ['-x', '-f', '-', '--no-same-owner', '--no-same-permissions', '-C', into], {
    cwd: into,
    env: programs.environment(),
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(0, 2_000)));
  const ended = new Promise<number | null>((resolved, failed) => {
    child.once('error', (error) => failed(toolFailed(`tar cannot be started: ${error.message}`, error)));
    child.once('close', resolved);
  });
  ended.catch(() => undefined); // awaited below, after the pipeline
  try {
    const source = createReadStream(path);
    const stages = gzipped ? [createGunzip(), bounded(maxUnzippedBytes)] : [bounded(maxUnzippedBytes)];
    const fault = await pipeline([source, ...stages, child.stdin]).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fault !== undefined && !isBrokenPipe(fault)) kill();
    const code = await ended;
    signal.throwIfAborted();
    if (fault !== undefined && !isBrokenPipe(fault))
      throw fault instanceof FactoryError ? fault : toolFailed(`${file}: ${messageOf(fault)}`, fault);
    if (code !== 0 && !onlyRefusals(said)) throw toolFailed(`${file}: ${said.trim() || `tar ended with ${code}`}`);
  } finally {
    signal.removeEventListener('abort', kill);
  }
  return tidy(into, signal);
}

/** tar stops reading at the end mark of the archive; what follows may not be taken any more. */
function isBrokenPipe(error: unknown): boolean {
  return (
    isNativeError(error) &&
    'code' in error &&
    ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
  );
}

/** Whether tar complained about nothing but entries that it rightly left out. */
function onlyRefusals(said: string): boolean {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const harmless =
    /Member name contains '\.\.'|Path contains '\.\.'|Removing leading|Cannot mknod|Exiting with failure status|Cannot hard link|Error exit delayed/;
  return lines.length > 0 && lines.every((line) => harmless.test(line));
}

/** Drops links that lead out and special files; counts the files. */
async function tidy(root: string, signal: AbortSignal): Promise<number> {
  let [files, seen] = [0, 0];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(folder)) {
      signal.throwIfAborted();
      seen += 1;
      if (seen > maxEntries) throw refused(`the archive holds more than ${maxEntries} entries`);
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink()) {
        if (!isInside(root, resolve(dirname(path), await readlink(path)))) await unlink(path);
      } else if (entry.isFile()) files += 1;
      else await unlink(path);
    }
  }
  if ((await lstat(root)).isSymbolicLink()) throw refused('the folder was replaced by a link');
  return files;
}
