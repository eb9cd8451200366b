import { FactoryError, type TaskSpec, type Usage, type Prices } from '@agent-factory/contract';

/** What decides how much one call may put out. */
export interface BudgetQuestion {
  limits: TaskSpec['limits'];
  /** Over all attempts so far. */
  used: Usage;
  /** Input tokens of this call, about. */
  input: number;
  /** Output tokens that the request asks for. */
  requested: number | undefined;
  /** Output tokens that the model is configured for. */
  modelMax: number;
  prices: Prices | undefined;
}

/**
 * Output tokens that a call may ask the provider for: no more than asked, configured and left. So a budget is passed by one call at most, and
 * by no more than the estimate of its input was wrong. Throws BUDGET_SPENT when nothing is left after the input.
 */
export function outputAllowance({ limits, used, input, requested, modelMax, prices }: BudgetQuestion): number {
  const wanted = Math.min(requested ?? modelMax, modelMax);
  return Math.min(
    wanted,
    tokensLeft(limits.max_tokens, used, input),
    tokensAffordable(limits.max_cost_usd, used, input, prices),
  );
}

/** Whether a task's limits bind its model calls at all. */
export function hasBudget(limits: TaskSpec['limits']): boolean {
  return limits.max_tokens !== undefined || limits.max_cost_usd !== undefined;
}

function tokensLeft(limit: number | undefined, used: Usage, input: number): number {
  if (limit === undefined) return Infinity;
  const spent = used.input_tokens + used.output_tokens;
  const left = limit - spent - input;
  if (left < 1)
    throw spentError(
      `${spent} of ${limit} tokens are used`,
      limit > spent ? ` and the input of this call has about ${input}` : '',
    );
  return left;
}

function tokensAffordable(limit: number | undefined, used: Usage, input: number, prices: Prices | undefined): number {
  if (limit === undefined) return Infinity;
  const left = limit - used.cost_usd;
  if (left <= 0) throw spentError(`${dollars(used.cost_usd)} of ${dollars(limit)} are used`, '');
  if (prices === undefined) return Infinity;
  const inputCost = (input * prices.input) / 1e6;
  const affordable =
    prices.output === 0 ? (left >= inputCost ? Infinity : 0) : Math.floor(((left - inputCost) * 1e6) / prices.output);
  if (affordable < 1)
    throw spentError(
      `${dollars(used.cost_usd)} of ${dollars(limit)} are used`,
      ` and the input of this call costs about ${dollars(inputCost)}`,
    );
  return affordable;
}

function spentError(spent: string, call: string): FactoryError {
  return new FactoryError('BUDGET_SPENT', `${spent}${call}`);
}

function dollars(value: number): string {
  return `$${Number(value.toPrecision(6))}`;
}
