import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import * as fc from 'fast-check';
import { createDiskStore } from '../../../dispatcher/src/artifacts/diskStore';
import { toDrop } from '../../../dispatcher/src/artifacts/retention';
import { conforms, digestOf, streamOf, type StoreLimits } from './conformance';

let folder: string;
const clock = { now: Date.UTC(2030, 0, 1) };
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'artifacts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const store = (over: StoreLimits = {}) =>
  createDiskStore({ folder, maxAgeMs: 60_000, maxTotalBytes: 10_000_000, now: () => clock.now, ...over });

const filesLeft = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('as any store of artifacts', () => {
  conforms(() => ({
    store,
    clock,
    shared: false,
    async left() {
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
      return files.map(({ parentPath, name }) => ({
        digest: `sha256:${path.basename(parentPath)}${name}`,
        size: statSync(path.join(parentPath, name)).size,
      }));
    },
  }));
});

test('an upload in progress outlives a sweep, however old it is', async () => {
  const one = store({ maxAgeMs: 0, maxTotalBytes: 10 });
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

/** Bytes of all files of the folder; one that goes meanwhile has none. In one step: spread over time it would count what followed each other. */
const bytesLeft = (): number => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return files.reduce((sum, { parentPath, name }) => sum + sizeOf(path.join(parentPath, name)), 0);
};

test('past the total an upload makes room at once: what was used longest ago goes', async () => {
  const one = store({ maxTotalBytes: 1_000 });
  const texts = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(100, '.'));
  for (const text of texts) {
    clock.now += 1;
    await one.has(digestOf(texts[0] ?? ''));
    await one.put(digestOf(text), streamOf(text));
    expect(bytesLeft()).toBeLessThanOrEqual(1_000);
  }
  expect(await one.has(digestOf(texts[0] ?? ''))).toBe(true); // used each time
  expect(await one.has(digestOf(texts[1] ?? ''))).toBe(false);
  expect(await one.has(digestOf(texts[39] ?? ''))).toBe(true);
});

test('what an earlier process stored counts, and what is gone counts no more', async () => {
  await store().put(digestOf('a'.repeat(900)), streamOf('a'.repeat(900)));
  const one = store({ maxTotalBytes: 1_000 });
  clock.now += 1;
  await one.put(digestOf('b'.repeat(600)), streamOf('b'.repeat(600)));
  expect(bytesLeft()).toBe(600);
  for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
  await expect(one.put(digestOf('c'.repeat(900)), streamOf('c'.repeat(900)))).resolves.toMatchObject({ created: true });
});

test('uploads that do not fit even into an empty store are refused, and the room that they took is free again', async () => {
  const one = store({ maxTotalBytes: 1_000 });
  const first = new PassThrough();
  const kept = one.put(digestOf('f'.repeat(800)), first);
  first.write('f'.repeat(700));
  while (bytesLeft() < 700) await new Promise(setImmediate);
  const second = 's'.repeat(400);
  await expect(one.put(digestOf(second), streamOf(second))).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FULL' });
  await expect(one.put(digestOf('x'.repeat(1_001)), streamOf('x'.repeat(1_001)))).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  first.end('f'.repeat(100));
  await expect(kept).resolves.toMatchObject({ created: true });
  clock.now += 1;
  await expect(one.put(digestOf(second), streamOf(second))).resolves.toMatchObject({ created: true });
  expect(await filesLeft()).toEqual([digestOf(second).slice('sha256:'.length + 2)]);
});

test('of uploads that are too many together, not all are refused', async () => {
  const one = store({ maxTotalBytes: 1_000 });
  const bytes = Array.from({ length: 3 }, () => new PassThrough());
  const puts = bytes.map((each, index) => one.put(digestOf(`${index}`.repeat(400)), each));
  const outcomes = Promise.allSettled(puts);
  for (let piece = 0; piece < 7; piece += 1)
    for (const [index, each] of bytes.entries()) each.write(`${index}`.repeat(50));
  await expect(Promise.race(puts)).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FULL' });
  for (const [index, each] of bytes.entries()) each.end(`${index}`.repeat(50));
  expect((await outcomes).map(({ status }) => status).sort((a, b) => a.localeCompare(b))).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
});

test('law: whatever is uploaded at once, the store is never above its total, and in the end counts what is there', async () => {
  const one = store({ maxTotalBytes: 1_000 });
  const upload = fc.record({ size: fc.nat(700), pieces: fc.integer({ min: 1, max: 5 }), honest: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(upload, { maxLength: 8 }), async (uploads) => {
      const most: number[] = [];
      const puts = uploads.map(({ size, pieces, honest }, index) => {
        clock.now += 1;
        const text = `${index}`.repeat(size);
        const bytes = (async function* () {
          for (let at = 0; at < size; at += Math.ceil(size / pieces)) {
            yield Buffer.from(text.slice(at, at + Math.ceil(size / pieces)));
            most.push(bytesLeft());
          }
        })();
        return one
          .put(digestOf(honest ? text : 'other'), Readable.from(bytes))
          .then(() => 'kept')
          .catch(({ code }: { code: string }) => code);
      });
      const possible = ['kept', 'ARTIFACT_STORE_FULL', 'ARTIFACT_DIGEST_MISMATCH'];
      expect(possible).toEqual(expect.arrayContaining(await Promise.all(puts)));
      expect(Math.max(0, ...most)).toBeLessThanOrEqual(1_000);
      // With nothing under way, as much as the total is taken in at once.
      const full = `full ${clock.now}`.padEnd(1_000, '.');
      clock.now += 1;
      await one.put(digestOf(full), streamOf(full));
      expect(bytesLeft()).toBe(1_000);
    }),
    { numRuns: 30 },
  );
});

test('says so when its folder cannot be had', async () => {
  await writeFile(path.join(folder, 'file'), '');
  const elsewhere = createDiskStore({ folder: path.join(folder, 'file'), maxAgeMs: 1, maxTotalBytes: 1 });
  await expect(elsewhere.check()).rejects.toThrow(/ENOTDIR/);
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
