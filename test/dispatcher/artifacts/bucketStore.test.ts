import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { createBucketStore, type BucketStoreOptions } from '../../../dispatcher/src/artifacts/bucket/bucketStore';
import { startStorageService, type Asked, type Fault, type StorageService } from '../../support/gcs';
import { conforms, digestOf, piece, streamOf } from './conformance';

/** Pieces are multiples of it. */
const unit = piece / 2;
const clock = { now: 0 };
let service: StorageService;
beforeEach(async () => {
  clock.now = Date.UTC(2030, 0, 1);
  service = await startStorageService({ now: () => clock.now, pageSize: 20 });
});
afterEach(() => service.stop());

const store = (over: Partial<BucketStoreOptions> = {}) =>
  createBucketStore({
    bucket: 'artifacts',
    endpoint: service.url,
    tokens: { token: async () => 'token-1', forget: () => undefined },
    maxAgeMs: 60_000,
    maxTotalBytes: 10_000_000,
    now: () => clock.now,
    sleep: async () => undefined,
    pieceBytes: piece,
    onError: (error) => {
      throw error;
    },
    ...over,
  });

describe('as any store of artifacts', () => {
  conforms(() => ({
    store,
    clock,
    shared: true,
    async left() {
      const objects = [...service.bucket.objects.values()];
      const uploads = Array.from({ length: service.unfinished }, () => ({ digest: 'an upload', size: 0 }));
      return [
        ...objects.map(({ name, bytes }) => ({ digest: name.replace('sha256/', 'sha256:'), size: bytes.length })),
        ...uploads,
      ];
    },
  }));
});

const large = randomBytes(4 * unit + 7);
const small = Buffer.from('small');
const keep = (bytes: Buffer, one = store()) => one.put(digestOf(bytes), streamOf(bytes));
const read = async (bytes: Buffer, one = store()): Promise<Buffer> => buffer((await one.get(digestOf(bytes))).bytes);
const objectOf = (bytes: Buffer) => service.bucket.objects.get(digestOf(bytes).replace(':', '/'));
const away = { code: 'STORE_UNAVAILABLE', detail: 'the bucket of artifacts does not answer as it should' };

describe('an upload', () => {
  test.each<[string, Asked, Fault]>([
    ['an error', 'insert', { status: 503 }],
    ['too many requests', 'insert', { status: 429, headers: { 'retry-after': '1' } }],
    ['a connection that is cut', 'insert', 'cut'],
    ['an answer that is lost', 'insert', 'answer lost'],
    ['a look that fails', 'stat', { status: 500 }],
  ])('in one request outlives %s', async (_name, asked, fault) => {
    service.fail(asked, fault, fault);
    await expect(keep(small)).resolves.toMatchObject({ size: 5 });
    expect(objectOf(small)?.bytes.equals(small)).toBe(true);
  });

  test.each<[string, Asked, Fault[]]>([
    ['a beginning that fails', 'start', [{ status: 503 }, 'cut']],
    ['pieces that fail', 'append', [{ status: 503 }, { status: 500 }, 'cut']],
    ['answers that are lost', 'append', ['answer lost', 'answer lost', 'answer lost']],
    [
      'pieces of which a part arrives',
      'append',
      [
        { status: 503, keeps: unit },
        { status: 503, keeps: 2 * unit },
      ],
    ],
    [
      'pieces of which a part is taken',
      'append',
      [
        { status: 308, keeps: unit },
        { status: 308, keeps: 0 },
      ],
    ],
    ['questions that fail', 'ask', [{ status: 503 }, 'cut']],
  ])('in pieces outlives %s', async (_name, asked, faults) => {
    if (asked === 'ask') service.fail('append', { status: 503, keeps: unit });
    service.fail(asked, ...faults);
    await expect(keep(large)).resolves.toEqual({ digest: digestOf(large), size: large.length, created: true });
    expect(objectOf(large)?.bytes.equals(large)).toBe(true);
    expect(service.unfinished).toBe(0);
  });

  test('law: whatever goes wrong with it, what is stored is what was sent, or nothing', async () => {
    const fault = fc.oneof(
      fc.constantFrom<Fault>('cut', 'answer lost', { status: 503 }, { status: 429 }, { status: 410 }),
      fc.nat(2).map((units): Fault => ({ status: 503, keeps: units * unit })),
      fc.nat(2).map((units): Fault => ({ status: 308, keeps: units * unit })),
    );
    const faults = fc.record({ start: fc.array(fault, { maxLength: 2 }), append: fc.array(fault, { maxLength: 8 }) });
    const bytes = large.subarray(0, 3 * unit + 1);
    await fc.assert(
      fc.asyncProperty(faults, async ({ start, append }) => {
        await service.stop();
        service = await startStorageService({ now: () => clock.now });
        service.fail('start', ...start.filter((one) => typeof one !== 'object' || !('keeps' in one)));
        service.fail('append', ...append);
        const outcome = await keep(bytes).then(
          () => 'kept',
          ({ code }: { code: string }) => code,
        );
        expect(['kept', 'STORE_UNAVAILABLE']).toContain(outcome);
        expect(outcome === 'kept').toBe(objectOf(bytes) !== undefined);
        expect(objectOf(bytes)?.bytes.equals(bytes) ?? true).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test.each<[string, Asked, Buffer]>([
    ['one request', 'insert', small],
    ['pieces', 'append', large],
  ])(
    'in %s whose bytes change on their way is refused by the service, and leaves nothing',
    async (_name, asked, bytes) => {
      service.fail(asked, 'bit flipped');
      await expect(keep(bytes)).rejects.toMatchObject(away);
      expect([service.bucket.objects.size, service.unfinished]).toEqual([0, 0]);
    },
  );

  test('that the service stored otherwise, without a look at the checksum, is removed', async () => {
    const bytes = large.subarray(0, 3 * unit);
    service.fail('append', { status: 308, keeps: 2 * unit }, 'stored wrong');
    await expect(keep(bytes)).rejects.toMatchObject(away);
    expect(service.bucket.objects.size).toBe(0);
  });

  test('gives up after five requests that fail, within bounded waits, and is told to come again', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    service.fail('stat', ...Array.from({ length: 5 }, (): Fault => ({ status: 503 })));
    const failure = await store({ sleep, random: () => 1 })
      .has(digestOf(small))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ ...away, cause: { message: expect.stringContaining('answered 503') } });
    expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
    service.fail(
      'stat',
      { status: 429, headers: { 'retry-after': '3' } },
      { status: 429, headers: { 'retry-after': '99' } },
    );
    waits.length = 0;
    await store({ sleep, random: () => 0 }).has(digestOf(small));
    expect(waits).toEqual([3_000, 8_000]);
  });

  test('that nobody answers is given up in time', async () => {
    service.fail('insert', 'hang');
    await expect(keep(small, store({ timeoutMs: 300 }))).resolves.toMatchObject({ size: 5 });
    expect(service.asked.filter((asked) => asked === 'insert').length).toBeGreaterThan(1);
  });

  test('waits for its turn, and is refused when that takes too long', async () => {
    const one = store({ uploads: { atOnce: 1, waiting: 1, waitMs: 20 } });
    const slow = new PassThrough();
    const first = one.put(digestOf(small), slow);
    const [second, third] = [keep(large, one), keep(large, one)];
    for (const refused of [third, second])
      await expect(refused).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FULL', retryAfterSeconds: 5 });
    slow.end(small);
    await expect(first).resolves.toMatchObject({ created: true });
    await expect(keep(large, one)).resolves.toMatchObject({ created: true });
  });
});

describe('a download', () => {
  beforeEach(async () => void (await keep(large)));

  test.each<[string, Fault[]]>([
    [
      'that is cut goes on from there',
      [
        { sends: unit, after: 'cut' },
        { sends: 1, after: 'cut' },
      ],
    ],
    ['that stalls goes on from there', [{ sends: unit, after: 'hang' }]],
    ['that does not begin is asked for again', [{ status: 503 }, 'cut']],
  ])('%s', async (_name, faults) => {
    service.fail('read', ...faults);
    expect((await read(large, store({ idleMs: 50 }))).equals(large)).toBe(true);
  });

  test('of other bytes than those of the digest fails before its end', async () => {
    service.fail('read', 'bit flipped');
    const { bytes } = await store().get(digestOf(large));
    let size = 0;
    bytes.on('data', (part: Buffer) => (size += part.length));
    await expect(finished(bytes)).rejects.toThrow(/holds other bytes/);
    expect(size).toBeLessThan(large.length);
  });

  test('fails when the artifact goes in the middle of it and the connection with it', async () => {
    service.fail('read', { sends: unit, after: 'cut' });
    const { bytes } = await store().get(digestOf(large));
    service.bucket.objects.clear();
    await expect(buffer(bytes)).rejects.toMatchObject(away);
  });

  test('waits for a slow reader, with little of it in memory', async () => {
    const { bytes } = await store().get(digestOf(large));
    await new Promise((resolve) => bytes.once('readable', resolve));
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect(bytes.readableLength).toBeLessThan(unit);
    expect((await buffer(bytes)).equals(large)).toBe(true);
    expect(service.asked.filter((asked) => asked === 'read')).toHaveLength(1);
  });
});

describe('the identity', () => {
  test('whose token has expired gets another, once', async () => {
    let current = 'old';
    const tokens = { token: async () => current, forget: () => (current = 'token-1') };
    await expect(keep(small, store({ tokens }))).resolves.toMatchObject({ created: true });
    service.tokens.clear();
    await expect(store({ tokens }).has(digestOf(small))).rejects.toMatchObject(away);
    expect(service.asked.filter((asked) => asked === 'stat')).toHaveLength(4);
  });

  test.each(['get', 'create', 'list', 'delete', 'update'])('that may not %s objects is not ready', async (right) => {
    service.denied.add(`storage.objects.${right}`);
    const one = store();
    await expect(one.check()).rejects.toMatchObject({
      ...away,
      cause: { message: `the identity may not storage.objects.${right} in artifacts` },
    });
    service.denied.clear();
    await expect(one.check()).resolves.toBeUndefined();
    await service.stop();
    await expect(one.check()).resolves.toBeUndefined(); // an outage later is not what it tells
    service = await startStorageService();
  });

  test('that has no right is refused without a second try, and never quotes its token', async () => {
    service.denied.add('storage.objects.create');
    const failure = await keep(small).catch((error: unknown) => error);
    expect(failure).toMatchObject({ ...away, cause: { status: 403 } });
    expect(inspect(failure, { depth: 9 })).not.toContain('token-1');
    expect(service.asked).toEqual(['stat', 'insert']);
  });

  test('is asked for in time', async () => {
    const tokens = { token: () => Promise.reject(new Error('no access token within 1 ms')), forget: () => undefined };
    await expect(store({ tokens }).has(digestOf(small))).rejects.toMatchObject(away);
  });
});

test('a bucket that is not there is not ready, and takes nothing', async () => {
  const one = store({ bucket: 'another' });
  await expect(one.check()).rejects.toMatchObject(away);
  await expect(keep(small, one)).rejects.toMatchObject(away);
});

describe('the time of last use', () => {
  test('is set by a use only when it is well behind, so that a popular artifact is not written all the time', async () => {
    const one = store();
    await keep(small, one);
    for (let use = 0; use < 20; use += 1) {
      clock.now += 1_000;
      await one.has(digestOf(small));
    }
    expect(service.asked.filter((asked) => asked === 'touch')).toHaveLength(5); // every 4 s: a sixteenth of the age
    expect(Date.parse(objectOf(small)?.customTime ?? '')).toBe(clock.now);
  });

  test('is set by one of two replicas at once, and is well with both', async () => {
    const [one, other] = [store(), store()];
    await keep(small, one);
    clock.now += 10_000;
    await expect(Promise.all([one.has(digestOf(small)), other.has(digestOf(small))])).resolves.toEqual([true, true]);
    expect(objectOf(small)?.metageneration).toBe(2);
  });

  test('of what was put there by another program is when that was', async () => {
    await keep(small);
    delete objectOf(small)?.customTime;
    clock.now += 70_000;
    await expect(store().sweep()).resolves.toBe(1);
  });
});

describe('the total', () => {
  test('is looked after by whoever adds a sixteenth of it, and holds for all replicas but for their sixteenths', async () => {
    const replicas = [1, 2, 3].map(() => store({ maxTotalBytes: 16_000 }));
    const sizeOf = (): number => [...service.bucket.objects.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (let round = 0; round < 90; round += 1) {
      clock.now += 10;
      const one = replicas[round % 3];
      if (one !== undefined) await keep(Buffer.from(`${round}`.padEnd(400, '.')), one);
      expect(sizeOf()).toBeLessThanOrEqual(16_000 + 3 * 1_000 + 400);
    }
    expect(sizeOf()).toBeGreaterThan(14_000);
  });

  test('leaves what is not the dispatcher’s alone', async () => {
    service.bucket.insert('notes.txt', randomBytes(100), {}, new URLSearchParams());
    clock.now += 200_000;
    await expect(store({ maxTotalBytes: 1 }).sweep()).resolves.toBe(0);
    expect(service.bucket.objects.size).toBe(1);
  });

  test('an upload is kept even when room cannot be made after it; somebody is told', async () => {
    const errors: unknown[] = [];
    service.denied.add('storage.objects.list');
    const one = store({ maxTotalBytes: 10, onError: (error) => void errors.push(error) });
    await expect(keep(small, one)).resolves.toMatchObject({ created: true });
    expect(errors).toEqual([expect.objectContaining(away)]);
  });

  test('a sweep ends when it is told to', async () => {
    await keep(small);
    const ending = new AbortController();
    service.fail('list', 'hang');
    const arrived = service.next('list');
    const swept = store().sweep(ending.signal);
    await arrived;
    ending.abort();
    await expect(swept).rejects.toMatchObject(away);
  });
});

test('tells of every request how it was answered', async () => {
  const seen: string[] = [];
  const one = store({
    observe: (operation, status, seconds) => void (seconds >= 0 && seen.push(`${operation} ${status}`)),
  });
  service.fail('insert', { status: 503 }, 'cut');
  await keep(small, one);
  await read(small, one);
  expect(seen).toEqual(['stat 404', 'insert 503', 'insert none', 'insert 200', 'stat 200', 'read 200']);
});
