import * as fc from 'fast-check';
import { coalesced } from '../../dispatcher/src/coalesced';
import { afterMicrotasks } from '../support/microtasks';

/** More steps than the end of a round takes. */
const offsets = Array.from({ length: 30 }, (_, offset) => offset);

test('an ask is not lost, however many microtasks after the end of the work it comes', async () => {
  const lost: number[] = [];
  for (const offset of offsets) {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    const work = coalesced(async () => {
      begun += 1;
      if (begun === 1) await gate.promise;
    });
    void work.ask();
    gate.resolve();
    await afterMicrotasks(offset);
    await work.ask();
    if (begun !== 2) lost.push(offset);
  }
  expect(lost).toEqual([]);
});

test('asks while the work goes on come to one more round, whose end all of them see', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let begun = 0;
  const work = coalesced(async () => gates[begun++]?.promise);
  const first = work.ask();
  const others = [work.ask(), work.ask(), work.ask()];
  gates[0]?.resolve();
  await afterMicrotasks(30);
  expect(begun).toBe(2);
  gates[1]?.resolve();
  await Promise.all([first, ...others, work.idle()]);
  expect(begun).toBe(2);
});

test.each([
  ['later', async () => Promise.reject(new Error('later'))],
  [
    'at once',
    () => {
      throw new Error('at once');
    },
  ],
])('work that fails %s is told, and can be asked for again', async (message, failing) => {
  let fails = true;
  let done = 0;
  const work = coalesced(() => {
    if (fails) return failing();
    done += 1;
    return Promise.resolve();
  });
  await expect(work.ask()).rejects.toThrow(message);
  await work.idle();
  fails = false;
  await work.ask();
  expect(done).toBe(1);
});

test('nothing is done twice at a time, and every ask is followed by a beginning', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }), fc.nat(6), async (askedAt, length) => {
      let begun = 0;
      let busy = 0;
      const work = coalesced(async () => {
        begun += 1;
        busy += 1;
        expect(busy).toBe(1);
        await afterMicrotasks(length);
        busy -= 1;
      });
      await Promise.all(
        askedAt.map(async (offset) => {
          await afterMicrotasks(offset);
          const before = begun;
          await work.ask();
          expect(begun).toBeGreaterThan(before);
        }),
      );
    }),
  );
});
