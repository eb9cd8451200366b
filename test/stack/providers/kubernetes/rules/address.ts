import { isIP } from 'node:net';

/** A CIDR block as a number range; undefined when it is not one. */
export interface Block {
  family: 4 | 6;
  first: bigint;
  bits: number;
  /** The address has no bits outside its prefix, as the API server wants it. */
  exact: boolean;
}

function toNumber(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = (tail ?? '').split(':').filter((part) => part !== '');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right].reduce(
    (sum, part) => (sum << 16n) + BigInt(`0x${part}`),
    0n,
  );
}

/** Reads `10.0.0.0/8` or `fd00::/8`. */
export function parseBlock(text: string): Block | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const family = isIP(address);
  const prefix = Number(match?.[2]);
  const width = family === 4 ? 32 : 128;
  if ((family !== 4 && family !== 6) || prefix > width) return undefined;
  const rest = BigInt(width - prefix);
  const number = toNumber(address);
  const first = (number >> rest) << rest;
  return { family, first, bits: prefix, exact: first === number };
}

/** Whether a block lies strictly inside another. */
export function strictlyInside(inner: Block, outer: Block): boolean {
  if (inner.family !== outer.family || inner.bits <= outer.bits) return false;
  const rest = BigInt((outer.family === 4 ? 32 : 128) - outer.bits);
  return inner.first >> rest === outer.first >> rest;
}
