import { RunError } from '@pulumi/pulumi/errors';
import file from './listPrices.json';

/** Hours of a month, as Google bills it. */
export const hoursAMonth = 730;

/** Prices by key, and what is known of them. */
export interface PriceList {
  date: string;
  currency: string;
  basis: string;
  /** Whether somebody compared each with the published list on that date. */
  confirmed: boolean;
  /** Keys that the configuration replaced. */
  overridden: string[];
  /** A price. Throws for a key that is not in the list: a cost of nothing would go unseen. */
  price: (key: string) => number;
}

/** The price file with the configuration's own prices over it. Throws for a key that the file does not know. */
export function priceList(overrides: Readonly<Record<string, number>> = {}): PriceList {
  const known: Readonly<Record<string, number>> = file.prices;
  const unknown = Object.keys(overrides).filter((key) => known[key] === undefined);
  if (unknown.length > 0)
    throw new RunError(
      `prices: ${unknown.join(', ')} is not in the price file; its keys are ${Object.keys(known).join(', ')}`,
    );
  const all = { ...known, ...overrides };
  const { date, currency, basis, confirmed } = file;
  return {
    date,
    currency,
    basis,
    confirmed,
    overridden: Object.keys(overrides),
    price: (key) => {
      const found = all[key];
      if (found === undefined) throw new RunError(`prices: there is no price ${key}; add it to the configuration`);
      return found;
    },
  };
}
