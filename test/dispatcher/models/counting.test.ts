import { FactoryError, noUsage } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { outputAllowance } from '../../../dispatcher/src/models/budget';
import { countUsage, costOf, estimateInput } from '../../../dispatcher/src/models/usage';

const amount = fc.integer({ min: 0, max: 5_000_000 });
const price = fc.double({ min: 0, max: 100, noNaN: true });
const prices = fc.record({ input: price, output: price });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const question = fc.record({
  limits: fc.record({
    max_tokens: maybe(fc.integer({ min: 1, max: 5_000_000 })),
    max_cost_usd: maybe(fc.double({ min: 1e-6, max: 100, noNaN: true })),
    max_tool_calls: fc.constant(1),
  }),
  used: fc
    .record({ input_tokens: amount, output_tokens: amount, cost_usd: fc.double({ min: 0, max: 100, noNaN: true }) })
    .map((used) => ({ ...noUsage, ...used })),
  input: amount,
  requested: maybe(fc.integer({ min: 1, max: 1_000_000 })),
  modelMax: fc.integer({ min: 1, max: 1_000_000 }),
  prices: maybe(prices),
});

const allowance = (asked: Parameters<typeof outputAllowance>[0]): number | 'spent' => {
  try {
    return outputAllowance(asked);
  } catch (error) {
    expect(error).toBeInstanceOf(FactoryError);
    expect(error).toMatchObject({ code: 'BUDGET_SPENT' });
    return 'spent';
  }
};

describe('the output allowed to a call', () => {
  it('never lets a call whose input was estimated right pass a budget', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const output = allowance(asked);
        if (output === 'spent') return;
        const { limits, used, input } = asked;
        expect(used.input_tokens + used.output_tokens + input + output).toBeLessThanOrEqual(
          limits.max_tokens ?? Infinity,
        );
        const cost = costOf({ input, cachedInput: 0, cacheWrite: 0, output }, asked.prices);
        const bound = asked.prices === undefined ? Infinity : (limits.max_cost_usd ?? Infinity); // without prices it does not bind
        expect(used.cost_usd + cost).toBeLessThanOrEqual(bound + 1e-6);
      }),
    );
  });

  it('is at least one token and at most what was asked and configured', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const output = allowance(asked);
        if (output === 'spent') return;
        expect(Number.isInteger(output)).toBe(true);
        expect(output).toBeGreaterThanOrEqual(1);
        expect(output).toBeLessThanOrEqual(Math.min(asked.requested ?? Infinity, asked.modelMax));
      }),
    );
  });

  it('is what was asked for where no limit is set', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const free = { ...asked, limits: { max_tool_calls: 1 } };
        expect(allowance(free)).toBe(Math.min(asked.requested ?? asked.modelMax, asked.modelMax));
      }),
    );
  });
});

describe('counting a call', () => {
  const number = maybe(fc.oneof(fc.integer({ min: -5, max: 1_000_000 }), fc.constantFrom(Number.NaN, Infinity, 1.5)));
  const reported = fc.record({
    inputTokens: fc.record({ total: number, noCache: number, cacheRead: number, cacheWrite: number }),
    outputTokens: fc.record({ total: number, text: number, reasoning: number }),
  });

  it('answers whole numbers that make sense, whatever a provider reports', () => {
    fc.assert(
      fc.property(
        reported,
        amount,
        amount,
        fc.boolean(),
        maybe(prices),
        (report, input, outputCharacters, cut, priced) => {
          const counted = countUsage(report, { input, outputCharacters }, priced, cut);
          for (const tokens of [
            counted.input,
            counted.output,
            counted.cachedInput,
            counted.cacheWrite,
            counted.reasoning,
          ]) {
            expect(Number.isInteger(tokens) && tokens >= 0).toBe(true);
          }
          expect(counted.cachedInput + counted.cacheWrite).toBeLessThanOrEqual(counted.input);
          expect(counted.costUsd).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('prices fresh, cached and written input and output each on its own', () => {
    const report = {
      inputTokens: { total: 1_000_000, noCache: 500_000, cacheRead: 300_000, cacheWrite: 200_000 },
      outputTokens: { total: 100_000, text: 60_000, reasoning: 40_000 },
    };
    const counted = countUsage(report, { input: 0, outputCharacters: 0 }, { input: 4, cached_input: 1, output: 20 });
    expect(counted).toMatchObject({ input: 1_000_000, output: 100_000, reasoning: 40_000, estimated: false });
    expect(counted.costUsd).toBeCloseTo(2 + 0.3 + 1 + 2, 9);
  });

  it('estimates an image as an image, however many bytes it has', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_000_000)}` } };
    expect(estimateInput([image])).toBeLessThan(1_100);
    expect(estimateInput(['x'.repeat(4_000)])).toBeGreaterThanOrEqual(1_000);
  });
});
