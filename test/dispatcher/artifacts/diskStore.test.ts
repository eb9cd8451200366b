import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { createDiskStore } from '../../../dispatcher/src/artifacts/diskStore';
import { toDrop } from '../../../dispatcher/src/artifacts/retention';

const digestOf = (bytes: string | Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const streamOf = (bytes: string | Buffer): Readable => Readable.from([Buffer.from(bytes)]);

let folder: string;
const clock = { now: Date.UTC(2030, 0, 1) };
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'artifacts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const store = (over: { maxBytes?: number; maxAgeMs?: number; maxTotalBytes?: number } = {}) =>
  createDiskStore({ folder, maxAgeMs: 60_000, maxTotalBytes: 1_000_000, now: () => clock.now, ...over });

const filesLeft = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

test('gives back what it was given, and says whether that was new', async () => {
  const digest = digestOf('hello');
  await expect(store().put(digest, streamOf('hello'))).resolves.toEqual({ digest, size: 5, created: true });
  await expect(store().put(digest, streamOf('hello'))).resolves.toEqual({ digest, size: 5, created: false });
  const found = await store().get(digest);
  expect([found.size, (await buffer(found.bytes)).toString()]).toEqual([5, 'hello']);
  await expect(store().has(digest)).resolves.toBe(true);
});

test('keeps nothing of bytes with another digest, too many bytes, or a stream that breaks', async () => {
  await expect(store().put(digestOf('a'), streamOf('b'))).rejects.toMatchObject({ code: 'ARTIFACT_DIGEST_MISMATCH' });
  await expect(store({ maxBytes: 4 }).put(digestOf('hello'), streamOf('hello'))).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('he');
      throw new Error('cut');
    })(),
  );
  await expect(store().put(digestOf('hello'), broken)).rejects.toThrow('cut');
  expect(await filesLeft()).toEqual([]);
});

test('a name that is no digest never becomes a path', async () => {
  for (const name of ['sha256:../../etc/passwd', '../x', 'sha256:ABC', ''])
    await expect(store().get(name)).rejects.toThrow(/pattern/);
  await expect(store().get(digestOf('absent'))).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
});

test('two uploads of the same bytes at once both succeed', async () => {
  const digest = digestOf('twin');
  const [a, b] = await Promise.all([store().put(digest, streamOf('twin')), store().put(digest, streamOf('twin'))]);
  expect([a.size, b.size]).toEqual([4, 4]);
  expect(await filesLeft()).toHaveLength(1);
});

test('drops what was not used for the retention, and spares what was', async () => {
  await store().put(digestOf('old'), streamOf('old'));
  await store().put(digestOf('used'), streamOf('used'));
  clock.now += 50_000;
  await store().has(digestOf('used'));
  clock.now += 20_000;
  await expect(store().sweep()).resolves.toBe(1);
  await expect(store().has(digestOf('old'))).resolves.toBe(false);
  await expect(store().has(digestOf('used'))).resolves.toBe(true);
});

test('an upload in progress outlives a sweep, however old or large it is', async () => {
  const one = store({ maxAgeMs: 0, maxTotalBytes: 1 });
  const bytes = new PassThrough();
  const kept = one.put(digestOf('slow bytes'), bytes);
  bytes.write('slow ');
  while ((await filesLeft()).length === 0) await new Promise(setImmediate);
  await expect(one.sweep()).resolves.toBe(0);
  bytes.end('bytes');
  await expect(kept).resolves.toMatchObject({ size: 10, created: true });
  await expect(one.has(digestOf('slow bytes'))).resolves.toBe(true);
});

test('what a broken upload of an earlier process left is swept', async () => {
  await mkdir(path.join(folder, 'incoming'));
  await writeFile(path.join(folder, 'incoming', 'left'), 'half');
  await expect(store({ maxTotalBytes: 1 }).sweep()).resolves.toBe(1);
  expect(await filesLeft()).toEqual([]);
});

test('law: an artifact that was said to be there is there after a sweep at the same time', async () => {
  const one = store();
  for (let round = 0; round < 50; round += 1) {
    await one.put(digestOf('old'), streamOf('old'));
    clock.now += 70_000; // past its age
    const sweeping = one.sweep();
    for (let turn = 0; turn < round % 8; turn += 1) await new Promise(setImmediate);
    const told = await one.has(digestOf('old'));
    await sweeping;
    expect((await filesLeft()).length === 1).toBe(told);
  }
});

test('law: what stays is younger than the age, fits the total, and was used later than whatever the total pushed out', () => {
  const file = fc.record({ file: fc.string(), size: fc.nat(100), usedAt: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(file), fc.nat(500), fc.nat(1_000), (files, maxTotalBytes, maxAgeMs) => {
      const dropped = new Set(toDrop(files, { maxAgeMs, maxTotalBytes }, 1_000));
      const kept = files.filter((one) => !dropped.has(one));
      expect(kept.every(({ usedAt }) => 1_000 - usedAt <= maxAgeMs)).toBe(true);
      expect(kept.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(maxTotalBytes);
      const pushed = [...dropped].filter(({ usedAt }) => 1_000 - usedAt <= maxAgeMs);
      const oldestKept = Math.min(...kept.map(({ usedAt }) => usedAt));
      expect(pushed.every(({ usedAt, size }) => usedAt <= oldestKept || size > 0)).toBe(true);
    }),
  );
});
