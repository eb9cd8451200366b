import { createHolds } from '../../../dispatcher/src/artifacts/holds';

const gate = () => Promise.withResolvers<void>();

test('what is held is not removed, until its last holder lets go', async () => {
  const holds = createHolds();
  const [first, second] = [gate(), gate()];
  const works = [holds.during('a', () => first.promise), holds.during('a', () => second.promise)];
  const remove = jest.fn(async () => true);
  await expect(holds.unlessHeld('a', remove)).resolves.toBe(false);
  await expect(holds.unlessHeld('b', remove)).resolves.toBe(true);
  first.resolve();
  await works[0];
  await expect(holds.unlessHeld('a', remove)).resolves.toBe(false);
  second.resolve();
  await works[1];
  await expect(holds.unlessHeld('a', remove)).resolves.toBe(true);
  expect(remove).toHaveBeenCalledTimes(2);
});

test('work waits for a removal that has begun, even one that fails, and nobody removes twice at once', async () => {
  const holds = createHolds();
  const order: string[] = [];
  const going = Promise.withResolvers<boolean>();
  const removal = holds.unlessHeld('a', () => going.promise);
  await expect(holds.unlessHeld('a', async () => true)).resolves.toBe(false);
  const work = holds.during('a', async () => void order.push('work'));
  await new Promise(setImmediate);
  order.push('removed');
  going.reject(new Error('disk'));
  await expect(removal).rejects.toThrow('disk');
  await work;
  expect(order).toEqual(['removed', 'work']);
});
