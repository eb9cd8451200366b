// A Kubernetes quantity (k8s.io/apimachinery/pkg/api/resource) as an exact number of billionths.
const giga = 1_000_000_000n;
const form = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const largest = 9_223_372_036_854_775_807n * giga;

/** A quantity's value and the family of its suffix, which its canonical form keeps. */
export interface Quantity {
  /** Billionths. */
  nano: bigint;
  family: 'binary' | 'decimal' | 'exponent';
}

function roundUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator === 0n ? quotient : quotient + 1n;
}

/** Reads a quantity ("500m", "1.5Gi", 2, "1e3"); undefined when it is not one. Finer than a billionth is rounded up. */
export function parseQuantity(value: unknown): Quantity | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const match = form.exec(String(value));
  if (match === null) return undefined;
  const [, sign, digits = '0', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let numerator = BigInt(`${whole}${fraction}` || '0') * giga;
  let denominator = 10n ** BigInt(fraction.length);
  const isBinary = suffix.endsWith('i');
  const isExponent = /^[eE][+-]?\d+$/.test(suffix);
  const exponent = isExponent ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
  if (Math.abs(exponent) > 30) return undefined;
  if (isBinary) numerator *= 1024n ** BigInt(binary.indexOf(suffix));
  else if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
  else denominator *= 10n ** BigInt(-exponent);
  const nano = roundUp(numerator, denominator);
  const capped = nano > largest ? largest : nano;
  return { nano: sign === '-' ? -capped : capped, family: isBinary ? 'binary' : isExponent ? 'exponent' : 'decimal' };
}

/** The form in which the API server stores and answers it: "1000m" is "1", "1024Mi" is "1Gi", "0.5" is "500m". */
export function canonicalQuantity(value: unknown): string | undefined {
  const quantity = parseQuantity(value);
  if (quantity === undefined) return undefined;
  const { nano, family } = quantity;
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  // A binary quantity below 1024, or with a fraction, is written as a decimal one.
  if (family === 'binary' && magnitude % giga === 0n && magnitude >= 1024n * giga) {
    let [amount, power] = [magnitude / giga, 0];
    while (power < binary.length - 1 && amount % 1024n === 0n) [amount, power] = [amount / 1024n, power + 1];
    return `${sign}${amount}${binary[power]}`;
  }
  let [amount, exponent] = [magnitude, -9];
  while (exponent < 18 && amount % 1000n === 0n) [amount, exponent] = [amount / 1000n, exponent + 3];
  if (family === 'exponent') return `${sign}${amount}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix = Object.entries(decimal).find(([, power]) => power === exponent)?.[0] ?? '';
  return `${sign}${amount}${suffix}`;
}
