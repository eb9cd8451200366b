import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArtifactStore } from '../../../dispatcher/src/artifacts/port';

export const digestOf = (bytes: string | Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A stream as a request is one: parts of at most 64 KiB. */
export function streamOf(bytes: string | Buffer): Readable {
  const all = Buffer.from(bytes);
  const parts = Array.from({ length: Math.ceil(all.length / 65_536) }, (_, index) =>
    all.subarray(index * 65_536, (index + 1) * 65_536),
  );
  return Readable.from(parts, { objectMode: false });
}

/** Bytes after which a store that sends larger uploads in pieces cuts them. */
export const piece = 524_288;

export interface StoreLimits {
  maxBytes?: number;
  maxAgeMs?: number;
  maxTotalBytes?: number;
}

/** A place for artifacts, empty at first. */
export interface Place {
  /** A store over the place; another one is another process. An age of 60 s and 10 MB in all unless said otherwise. */
  store(over?: StoreLimits): ArtifactStore;
  clock: { now: number };
  /** Whether a process may sweep what another one uses. */
  shared: boolean;
  /** Digests and sizes of what lies there, remains of uploads included. */
  left(): Promise<{ digest: string; size: number }[]>;
}

/** What every store of artifacts does. Times of use are told apart where they lie 5 s apart. */
export function conforms(place: () => Place): void {
  const store = (over?: StoreLimits): ArtifactStore => place().store(over);
  const pass = (ms: number): void => void (place().clock.now += ms);
  const readBack = async (one: ArtifactStore, digest: string): Promise<Buffer> => buffer((await one.get(digest)).bytes);

  test('gives back what it was given, to any process, and says whether that was new', async () => {
    const digest = digestOf('hello');
    await expect(store().put(digest, streamOf('hello'))).resolves.toEqual({ digest, size: 5, created: true });
    await expect(store().put(digest, streamOf('hello'))).resolves.toEqual({ digest, size: 5, created: false });
    const found = await store().get(digest);
    expect([found.digest, found.size, (await buffer(found.bytes)).toString()]).toEqual([digest, 5, 'hello']);
    await expect(store().has(digest)).resolves.toBe(true);
    await expect(store().has(digestOf('absent'))).resolves.toBe(false);
  });

  test.each([0, 1, piece - 1, piece, piece + 1, 2 * piece, 2.5 * piece + 7])(
    'keeps %d bytes as they are',
    async (size) => {
      const bytes = randomBytes(size);
      const digest = digestOf(bytes);
      const one = store();
      await expect(one.put(digest, streamOf(bytes))).resolves.toEqual({ digest, size, created: true });
      expect((await readBack(one, digest)).equals(bytes)).toBe(true);
      expect(await place().left()).toEqual([{ digest, size }]);
    },
  );

  test.each([10, 2.5 * piece])('keeps nothing of %d bytes with another digest, too many, or cut', async (size) => {
    const bytes = randomBytes(size);
    await expect(store().put(digestOf('a'), streamOf(bytes))).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
      detail: `the ${size} bytes have the digest ${digestOf(bytes)}`,
    });
    for (const over of [{ maxBytes: size - 1 }, { maxTotalBytes: size - 1 }])
      await expect(store(over).put(digestOf(bytes), streamOf(bytes))).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        faults: [{ path: '(root)', message: `holds more than ${size - 1} bytes` }],
      });
    const broken = Readable.from(
      (async function* () {
        yield bytes.subarray(0, size - 1);
        throw new Error('cut');
      })(),
    );
    await expect(store().put(digestOf(bytes), broken)).rejects.toThrow('cut');
    expect(await place().left()).toEqual([]);
  });

  test('a request whose upload is refused can still be answered', async () => {
    const request = new PassThrough();
    request.write('far too much');
    await expect(store({ maxBytes: 4 }).put(digestOf('x'), request)).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect(request.destroyed).toBe(false);
  });

  test('wrong bytes under a digest that is there are refused, and leave it as it is', async () => {
    const one = store();
    await one.put(digestOf('right'), streamOf('right'));
    await expect(one.put(digestOf('right'), streamOf('wrong'))).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
    });
    expect((await readBack(one, digestOf('right'))).toString()).toBe('right');
  });

  test('a name that is no digest is refused before anything is looked at', async () => {
    for (const name of ['sha256:../../etc/passwd', '../x', 'sha256:ABC', '', `${digestOf('a')}/..`]) {
      await expect(store().get(name)).rejects.toThrow(/pattern/);
      await expect(store().has(name)).rejects.toThrow(/pattern/);
      await expect(store().put(name, streamOf('a'))).rejects.toThrow(/pattern/);
    }
    await expect(store().get(digestOf('absent'))).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });

  test('two uploads of the same bytes at once both succeed', async () => {
    const one = store();
    for (const bytes of [Buffer.from('twin'), randomBytes(1.5 * piece)]) {
      const digest = digestOf(bytes);
      const twins = await Promise.all([one.put(digest, streamOf(bytes)), one.put(digest, streamOf(bytes))]);
      expect(twins.map(({ size }) => size)).toEqual([bytes.length, bytes.length]);
      expect(twins.filter(({ created }) => created)).toHaveLength(1);
    }
    expect(await place().left()).toHaveLength(2);
  });

  test('drops what was not used for the retention, and spares what was', async () => {
    for (const text of ['old', 'had', 'got', 'put']) await store().put(digestOf(text), streamOf(text));
    pass(50_000);
    await store().has(digestOf('had'));
    await readBack(store(), digestOf('got'));
    await store().put(digestOf('put'), streamOf('put'));
    pass(9_000);
    await expect(store().sweep()).resolves.toBe(0);
    pass(11_000);
    await expect(store().sweep()).resolves.toBe(1);
    await expect(store().has(digestOf('old'))).resolves.toBe(false);
    for (const text of ['had', 'got', 'put']) await expect(store().has(digestOf(text))).resolves.toBe(true);
  });

  test('past the total, what was used longest ago goes', async () => {
    const one = store({ maxTotalBytes: 1_000 });
    const texts = Array.from({ length: 9 }, (_, index) => `${index}`.padEnd(100, '.'));
    for (const text of texts) {
      await one.put(digestOf(text), streamOf(text));
      pass(5_000);
    }
    await one.has(digestOf(texts[0] ?? ''));
    pass(5_000);
    const large = 'l'.repeat(400);
    await one.put(digestOf(large), streamOf(large));
    await one.sweep();
    const left = new Map((await place().left()).map(({ digest, size }) => [digest, size]));
    expect([...left.values()].reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_000);
    const kept = texts.map((text) => left.has(digestOf(text)));
    expect([kept[0], left.has(digestOf(large)), kept.at(-1)]).toEqual([true, true, true]);
    expect(kept[1]).toBe(false);
    const oldestKept = kept.indexOf(true, 1);
    expect(kept.slice(oldestKept)).not.toContain(false);
  });

  test('an upload in progress outlives a sweep', async () => {
    const one = store({ maxTotalBytes: 5 * piece });
    const bytes = randomBytes(1.5 * piece);
    const upload = new PassThrough();
    const kept = one.put(digestOf(bytes), upload);
    await new Promise((resolve) => upload.write(bytes.subarray(0, 1.25 * piece), resolve));
    pass(100_000);
    await expect(one.sweep()).resolves.toBe(0);
    upload.end(bytes.subarray(1.25 * piece));
    await expect(kept).resolves.toMatchObject({ size: 1.5 * piece, created: true });
    await expect(one.has(digestOf(bytes))).resolves.toBe(true);
  });

  test('a reader that leaves harms nobody', async () => {
    const bytes = randomBytes(1.5 * piece);
    const one = store();
    await one.put(digestOf(bytes), streamOf(bytes));
    for (const begin of [false, true]) {
      const { bytes: stream } = await one.get(digestOf(bytes));
      const closed = new Promise((resolve) => stream.once('close', resolve));
      if (begin) await new Promise((resolve) => stream.once('data', resolve));
      stream.destroy();
      await closed;
    }
    expect((await readBack(one, digestOf(bytes))).equals(bytes)).toBe(true);
  });

  test('says that it works', async () => {
    await expect(store().check()).resolves.toBeUndefined();
    await expect(store().sweep()).resolves.toBe(0);
  });

  test('law: an artifact that was said to be there is there after a sweep at the same time', async () => {
    const [one, other] = [store(), store()];
    for (let round = 0; round < 40; round += 1) {
      await one.put(digestOf('old'), streamOf('old'));
      pass(70_000); // past its age
      const sweeping = (round % 2 === 0 && place().shared ? other : one).sweep();
      for (let turn = 0; turn < round % 8; turn += 1) await new Promise(setImmediate);
      const told = await one.has(digestOf('old'));
      await sweeping;
      expect((await place().left()).length === 1).toBe(told);
    }
  });
}
