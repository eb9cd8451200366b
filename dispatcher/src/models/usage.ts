import type { Usage, Prices } from '@agent-factory/contract';
import type { ReportedUsage } from './sdk';

/** What one call used, as the gateway counts it. */
export interface CountedUsage {
  /** All input tokens, cached ones included. */
  input: number;
  cachedInput: number;
  cacheWrite: number;
  /** All output tokens, reasoning included. */
  output: number;
  reasoning: number;
  costUsd: number;
  /** True when the provider did not report (all of) it: the number of characters stood in. */
  estimated: boolean;
}

/** Characters a token of estimates; prose has about 4, so an estimate is seldom above the truth. */
const charactersPerToken = 4;
/** Tokens that an image counts for in an estimate. */
const tokensPerImage = 1_000;

export const cachedInputPrice = (prices: Prices): number => prices.cached_input ?? prices.input;
export const cacheWritePrice = (prices: Prices): number => prices.cache_write ?? prices.input * 1.25;

/** Tokens in so many characters, about. */
function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

/** Input tokens of messages and tools, about; the bytes of inline images count as images, not as text. */
export function estimateInput(...parts: unknown[]): number {
  let images = 0;
  const text = JSON.stringify(parts, (key, value: unknown) => {
    if (key !== 'image_url') return value;
    images += 1;
    return undefined;
  });
  return tokensOf(text.length) + images * tokensPerImage;
}

/**
 * Counts a call: by the provider's own report, and where there is none by the estimate. `cut` calls reported too early, so what was streamed
 * counts at least.
 */
export function countUsage(
  reported: ReportedUsage | undefined,
  estimate: { input: number; outputCharacters: number },
  prices: Prices | undefined,
  cut = false,
): CountedUsage {
  const streamed = tokensOf(estimate.outputCharacters);
  const reportedInput = whole(reported?.inputTokens.total);
  const reportedOutput = whole(reported?.outputTokens.total);
  const input = reportedInput ?? estimate.input;
  const output = cut ? Math.max(reportedOutput ?? 0, streamed) : (reportedOutput ?? streamed);
  const cachedInput = Math.min(whole(reported?.inputTokens.cacheRead) ?? 0, input);
  const cacheWrite = Math.min(whole(reported?.inputTokens.cacheWrite) ?? 0, input - cachedInput);
  const reasoning = Math.min(whole(reported?.outputTokens.reasoning) ?? 0, output);
  const tokens = { input, cachedInput, cacheWrite, output, reasoning };
  return {
    ...tokens,
    costUsd: costOf(tokens, prices),
    estimated: cut || reportedInput === undefined || reportedOutput === undefined,
  };
}

/** US dollars of so many tokens; 0 without prices. */
export function costOf(
  tokens: Pick<CountedUsage, 'input' | 'cachedInput' | 'cacheWrite' | 'output'>,
  prices: Prices | undefined,
): number {
  if (prices === undefined) return 0;
  const fresh = tokens.input - tokens.cachedInput - tokens.cacheWrite;
  const millionths =
    fresh * prices.input +
    tokens.cachedInput * cachedInputPrice(prices) +
    tokens.cacheWrite * cacheWritePrice(prices) +
    tokens.output * prices.output;
  return Math.round(millionths * 1_000) / 1e9; // to a billionth of a dollar, so that sums stay readable
}

/** As it is added to a task. */
export function toTaskUsage(counted: CountedUsage): Usage {
  return {
    input_tokens: counted.input,
    output_tokens: counted.output,
    cost_usd: counted.costUsd,
    model_calls: 1,
    tool_calls: 0,
  };
}

/** A provider's number, or undefined when it gave none or nonsense. */
function whole(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? Math.min(Math.trunc(value), 1e12) : undefined;
}
