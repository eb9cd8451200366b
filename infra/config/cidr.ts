/** An IPv4 range as first address and size. */
export interface Cidr {
  first: number;
  size: number;
  prefix: number;
}

/** Parses `10.0.0.0/16`. Answers what is wrong with the text when it is not a range. */
export function parseCidr(text: string): Cidr | string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return `"${text}" is not an IPv4 range such as 10.0.0.0/16`;
  const parts = match.slice(1).map(Number);
  const prefix = parts.pop() ?? 0;
  if (parts.some((part) => part > 255) || prefix > 32) return `"${text}" is not an IPv4 range such as 10.0.0.0/16`;
  const size = 2 ** (32 - prefix);
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = Math.floor(address / size) * size;
  return first === address ? { first, size, prefix } : `"${text}" has host bits set; write ${format(first)}/${prefix}`;
}

/** Whether two ranges share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
