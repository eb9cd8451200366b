import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { FactoryError, limits } from '@agent-factory/contract';
import { git } from './git';
import type { Repository } from './repository';

const run = promisify(execFile);

/** A repository packed for the agents. */
export interface RepositoryArtifact {
  file: string;
  /** sha256:{hex} */
  digest: string;
  bytes: number;
  /** Commits of history it holds at most, when the whole of it was too large. */
  depth: number | undefined;
  /** Removes the file. */
  drop(): Promise<void>;
}

/** Depths tried, the whole history first. */
const depths = [undefined, 1_000, 100, 1] as const;

/**
 * Packs HEAD with its history as the tar of a bare repository. When that is over the limit for artifacts, with less history. Throws
 * PAYLOAD_TOO_LARGE when even one commit is.
 */
export async function packRepository(
  repository: Repository,
  maxBytes: number = limits.artifactBytes,
  signal?: AbortSignal,
): Promise<RepositoryArtifact> {
  const folder = await mkdtemp(join(tmpdir(), 'factory-audit-'));
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (const [index, depth] of depths.entries()) {
      const bare = join(folder, `clone-${index}`);
      const file = join(folder, 'repository.tar');
      await cloneHead(repository, bare, depth, signal);
      await run('tar', ['-cf', file, '-C', bare, '.'], {
        timeout: 300_000,
        ...(signal === undefined ? {} : { signal }),
        env: { ...process.env, COPYFILE_DISABLE: '1' },
      });
      const { size } = statSync(file);
      if (size <= maxBytes) return { file, digest: await digestOf(file), bytes: size, depth, drop };
      await rm(bare, { recursive: true, force: true });
    }
  } catch (error) {
    await drop();
    throw error;
  }
  await drop();
  throw new FactoryError('PAYLOAD_TOO_LARGE', `one commit of ${repository.name} alone is over ${maxBytes} bytes`);
}

/** By file:// and not by path: git then makes one pack of what HEAD needs, and never links into the original. */
async function cloneHead(
  { path, head, branch }: Repository,
  to: string,
  depth: number | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const url = pathToFileURL(path).href;
  const which = branch === undefined ? [] : ['--branch', branch];
  const how = [
    '--bare',
    '--single-branch',
    '--no-tags',
    '--quiet',
    '--template=',
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
  ];
  const options = { timeoutMs: 300_000, ...(signal === undefined ? {} : { signal }) };
  await git(['clone', ...how, ...which, '--', url, to], options);
  // The branch may have moved on since we looked; the report names one commit, and that is the one.
  const cloned = (await git(['-C', to, 'rev-parse', 'HEAD'])).trim();
  if (cloned !== head) await git(['-C', to, 'update-ref', '--no-deref', 'HEAD', head]);
  await git(['-C', to, 'remote', 'remove', 'origin']).catch(() => undefined); // the path on this machine is nobody else's business
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer); // a stream without encoding gives buffers
  return `sha256:${hash.digest('hex')}`;
}
