import * as fc from 'fast-check';
import { pack, total, type Load } from '../../../infra/capacity/packing';

const node = { cores: 7.5, memoryGiB: 27 };

const load = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  request: fc.record({
    cores: fc.double({ min: 0.01, max: node.cores, noNaN: true }),
    memoryGiB: fc.double({ min: 0.125, max: node.memoryGiB, noNaN: true }),
  }),
  count: fc.integer({ min: 0, max: 12 }),
  apart: fc.boolean(),
});
const loads = fc.uniqueArray(load, { maxLength: 5, selector: ({ name }) => name });
const maxPods = fc.integer({ min: 1, max: 30 });

const packed = (pods: readonly Load[], most: number) => {
  const nodes = pack(pods, node, most);
  if (nodes === undefined) throw new Error('a pod fits no node');
  return nodes;
};
const pods = (all: readonly Load[]): number => all.reduce((sum, { count }) => sum + count, 0);

describe('packing', () => {
  test('never asks more of a node than it has: cores, memory or pods', () => {
    fc.assert(
      fc.property(loads, maxPods, (all, most) => {
        for (const { used, pods: count } of packed(all, most)) {
          expect(used.cores).toBeLessThanOrEqual(node.cores + 0.001);
          expect(used.memoryGiB).toBeLessThanOrEqual(node.memoryGiB + 0.001);
          expect(count).toBeLessThanOrEqual(most);
          expect(count).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('places every pod once', () => {
    fc.assert(
      fc.property(loads, maxPods, (all, most) => {
        const nodes = packed(all, most);
        const asked = total(all);
        expect(nodes.reduce((sum, { pods: count }) => sum + count, 0)).toBe(pods(all));
        expect(nodes.reduce((sum, { used }) => sum + used.cores, 0)).toBeCloseTo(asked.cores, 6);
        expect(nodes.reduce((sum, { used }) => sum + used.memoryGiB, 0)).toBeCloseTo(asked.memoryGiB, 6);
      }),
    );
  });

  test('needs no fewer nodes than the sums, and no more than there are pods', () => {
    fc.assert(
      fc.property(loads, maxPods, (all, most) => {
        const { cores, memoryGiB } = total(all);
        const fewest = Math.max(cores / node.cores, memoryGiB / node.memoryGiB, pods(all) / most);
        const { length } = packed(all, most);
        expect(length).toBeGreaterThanOrEqual(Math.floor(fewest * 0.999));
        expect(length).toBeLessThanOrEqual(pods(all));
      }),
    );
  });

  test('gives each of those that keep apart a node of its own', () => {
    fc.assert(
      fc.property(loads, maxPods, (all, most) => {
        const widest = Math.max(0, ...all.filter(({ apart }) => apart).map(({ count }) => count));
        expect(packed(all, most).length).toBeGreaterThanOrEqual(widest);
      }),
    );
  });

  test('has no answer for a pod that is larger than a node', () => {
    const request = { cores: 0.1, memoryGiB: node.memoryGiB + 1 };
    expect(pack([{ name: 'a', request, count: 1 }], node, 10)).toBeUndefined();
  });

  test('fills a node before it takes another', () => {
    const of = (cores: number, count: number): Load => ({ name: `${cores}`, request: { cores, memoryGiB: 1 }, count });
    expect(packed([of(2.5, 3), of(3.75, 2), of(0.5, 15)], 64)).toHaveLength(3);
  });
});
