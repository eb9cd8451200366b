import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError, type TaskInput } from '@agent-factory/contract';
import type { UnpackRequest } from '../../../agent-runtime/src/tools/session';
import { ArtifactCache } from '../../../agent-runtime/src/workspace/artifactCache';
import { downloadArtifact } from '../../../agent-runtime/src/workspace/download';
import { layInputs } from '../../../agent-runtime/src/workspace/inputs';
import { ManualClock } from '../worker/manualClock';

let root: string;
let server: Server;
let asked: { url: string; authorization: string | undefined }[];
let answer: (response: ServerResponse) => void;
const never = new AbortController().signal;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'artifacts-'));
  await mkdir(join(root, 'private'));
  await mkdir(join(root, 'workspace'));
  asked = [];
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

const digestOf = (bytes: string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function options(maxBytes = 1_000_000): Parameters<typeof downloadArtifact>[2] {
  const factoryUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
  return { factoryUrl, token: () => 'short-lived', signal: never, maxBytes };
}

function cache(clock = new ManualClock(), maxBytes?: number): ArtifactCache {
  const download = (digest: string, file: string, signal: AbortSignal): Promise<number> =>
    downloadArtifact(digest, file, { ...options(), signal });
  return new ArtifactCache(root, download, clock, maxBytes);
}

function content(of: ArtifactCache, digest: string): Promise<string> {
  return of.withArtifact(digest, join(root, 'private'), never, (path) => readFile(path, 'utf8'));
}

async function refusal(run: Promise<unknown>): Promise<FactoryError> {
  const error: unknown = await run.catch((reason: unknown) => reason);
  if (!(error instanceof FactoryError)) throw new Error(`not a FactoryError: ${String(error)}`);
  return error;
}

describe('a download', () => {
  it('brings the bytes of the digest, with the short-lived token', async () => {
    answer = (response) => response.end('content');
    expect(await downloadArtifact(digestOf('content'), join(root, 'file'), options())).toBe(7);
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('content');
    expect(asked).toEqual([{ url: `/v1/artifacts/${digestOf('content')}`, authorization: 'Bearer short-lived' }]);
  });

  it('refuses other bytes than those of the digest', async () => {
    answer = (response) => response.end('forged');
    const error = await refusal(downloadArtifact(digestOf('content'), join(root, 'file'), options()));
    expect(error.code).toBe('ARTIFACT_DIGEST_MISMATCH');
  });

  it('stops at its bound', async () => {
    answer = (response) => response.end('x'.repeat(5_000));
    const error = await refusal(downloadArtifact(digestOf('content'), join(root, 'file'), options(100)));
    expect(error.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it.each([
    [404, 'ARTIFACT_NOT_FOUND'],
    [401, 'UNAUTHENTICATED'],
    [503, 'STORE_UNAVAILABLE'],
    [500, 'INTERNAL'],
  ])('takes a %d for %s', async (status, code) => {
    answer = (response) => response.writeHead(status).end();
    expect((await refusal(downloadArtifact(digestOf('x'), join(root, 'file'), options()))).code).toBe(code);
  });

  it('that breaks off can be tried again', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      response.destroy();
    };
    const error = await refusal(downloadArtifact(digestOf('x'), join(root, 'file'), options()));
    expect(error).toMatchObject({ code: 'INTERNAL', record: { retryable: true } });
  });
});

describe('the cache', () => {
  it('downloads an artifact once, also when several tasks want it at a time', async () => {
    answer = (response) => response.end('content');
    const own = cache();
    await own.prepare();
    const digest = digestOf('content');
    expect(await Promise.all([content(own, digest), content(own, digest), content(own, digest)])).toEqual(
      Array(3).fill('content'),
    );
    expect(await content(own, digest)).toBe('content');
    expect(asked).toHaveLength(1);
    expect(await readdir(join(root, 'private'))).toEqual([]);
  });

  it('is shared by the agents of a root', async () => {
    answer = (response) => response.end('content');
    const [one, two] = [cache(), cache()];
    await one.prepare();
    await content(one, digestOf('content'));
    expect(await content(two, digestOf('content'))).toBe('content');
    expect(asked).toHaveLength(1);
  });

  it('drops what was used least recently when it grows past its bound', async () => {
    const clock = new ManualClock();
    const own = cache(clock, 10);
    await own.prepare();
    for (const bytes of ['aaaa', 'bbbb']) {
      answer = (response) => response.end(bytes);
      await content(own, digestOf(bytes));
      clock.advance(60_000);
    }
    await content(own, digestOf('aaaa'));
    clock.advance(60_000);
    answer = (response) => response.end('cccc');
    await content(own, digestOf('cccc'));
    expect((await readdir(join(root, '.cache'))).sort()).toEqual(
      [digestOf('aaaa'), digestOf('cccc')].map((digest) => digest.replace(':', '-')).sort(),
    );
  });

  it('keeps an artifact for who uses it, even when it is dropped meanwhile', async () => {
    answer = (response) => response.end('content');
    const own = cache();
    await own.prepare();
    const read = await own.withArtifact(digestOf('content'), join(root, 'private'), never, async (path) => {
      await rm(join(root, '.cache'), { recursive: true });
      return readFile(path, 'utf8');
    });
    expect(read).toBe('content');
  });

  it('tries a download again that failed for a passing reason', async () => {
    const clock = new ManualClock();
    const own = cache(clock);
    await own.prepare();
    answer = (response) => {
      response.writeHead(503).end();
      answer = (next) => next.end('content');
    };
    const read = content(own, digestOf('content'));
    await clock.dueWithin(400);
    clock.advance(400);
    expect(await read).toBe('content');
  });

  it('does not try again what will not change', async () => {
    const own = cache();
    await own.prepare();
    answer = (response) => response.writeHead(404).end();
    expect((await refusal(content(own, digestOf('content')))).code).toBe('ARTIFACT_NOT_FOUND');
    expect(asked).toHaveLength(1);
    expect(await readdir(join(root, '.cache'))).toEqual([]);
  });

  it('removes half downloads of killed agents at start, but not those under way', async () => {
    const clock = new ManualClock();
    const own = cache(clock);
    await own.prepare();
    const old = new Date(clock.date().getTime() - 3_600_001);
    await writeFile(join(root, '.cache', 'part-old'), '');
    await utimes(join(root, '.cache', 'part-old'), old, old);
    await writeFile(join(root, '.cache', 'part-new'), '');
    await own.prepare();
    expect(await readdir(join(root, '.cache'))).toEqual(['part-new']);
  });
});

describe('inputs', () => {
  const workspace = (): string => join(root, 'workspace');

  async function lay(
    inputs: TaskInput[],
    unpack: (request: UnpackRequest) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const own = cache();
    await own.prepare();
    await layInputs(inputs, {
      workspace: workspace(),
      privateFolder: join(root, 'private'),
      cache: own,
      signal: never,
      tools: {
        unpack: async (request) => {
          await unpack(request);
          return { outcome: 'ok', output: { commit: null, files: 1 } };
        },
      },
    });
  }

  const input = (path: string, unpack: TaskInput['unpack'] = 'none', bytes = 'content'): TaskInput => ({
    artifact: digestOf(bytes),
    path,
    unpack,
  });

  beforeEach(() => {
    answer = (response) => response.end('content');
  });

  it('are copies: what a tool writes to its file does not reach the next task', async () => {
    await lay([input('data/file.txt')]);
    await writeFile(join(workspace(), 'data/file.txt'), 'poisoned');
    expect(await content(cache(), digestOf('content'))).toBe('content');
  });

  it('are unpacked by the tools, out of a file in the workspace that is gone afterwards', async () => {
    let seen: string | undefined;
    await lay([input('repo', 'git')], async ({ file, into, kind }) => {
      expect({ into, kind }).toEqual({ into: 'repo', kind: 'git' });
      seen = await readFile(join(workspace(), file), 'utf8');
    });
    expect(seen).toBe('content');
    expect(await readdir(workspace())).toEqual([]);
  });

  it('do not follow a link that an archive brought', async () => {
    await mkdir(join(root, 'outside'));
    const laying = lay([input('repo', 'tar'), input('repo/link/file')], async () => {
      await mkdir(join(workspace(), 'repo'));
      await symlink(join(root, 'outside'), join(workspace(), 'repo', 'link'));
    });
    expect(await refusal(laying)).toMatchObject({
      code: 'TOOL_REFUSED',
      detail: expect.stringContaining('inputs[1].path'),
    });
    expect(await readdir(join(root, 'outside'))).toEqual([]);
  });

  it('do not take the place of one another', async () => {
    const error = await refusal(lay([input('file'), input('file')]));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', detail: expect.stringContaining('inputs[1].path') });
  });
});
