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

/** Keys of the price file. */
export const priceKeys: readonly string[] = Object.keys(file.prices);

/** Whether a configuration may give a price of this key: one of the file's, or one of an accelerator, of which there are always new ones. */
export function isPriceKey(key: string): boolean {
  return priceKeys.includes(key) || /^nvidia-[a-z0-9-]+\.hour$/.test(key);
}

/** The price file with the configuration's own prices over it. */
export function priceList(overrides: Readonly<Record<string, number>> = {}): PriceList {
  const all: Readonly<Record<string, number>> = { ...file.prices, ...overrides };
  const { date, currency, basis, confirmed } = file;
  return {
    date,
    currency,
    basis,
    confirmed,
    overridden: Object.keys(overrides),
    price: (key) => {
      const found = all[key];
      if (found === undefined)
        throw new RunError(`prices: there is no ${key}; give it in the configuration: prices: { ${key}: … }`);
      return found;
    },
  };
}
