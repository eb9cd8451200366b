import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A source of ids that sort by time: 26 characters of Crockford base 32, 48 bits of milliseconds and 80 random bits (the ULID layout,
 * lower case). Within one millisecond the random part counts up, so ids of one source never go back.
 */
export function ulidSource(
  now: () => number = Date.now,
  random: (bytes: number) => Buffer = randomBytes,
): () => string {
  let lastTime = -1;
  let lastRandom = 0n;
  return () => {
    const time = Math.max(now(), lastTime);
    lastRandom =
      time === lastTime ? (lastRandom + 1n) & ((1n << 80n) - 1n) : BigInt(`0x${random(10).toString('hex')}`) >> 1n; // the top bit stays free to count up
    lastTime = time;
    return encode(BigInt(time), 10) + encode(lastRandom, 16);
  };
}

/** Milliseconds since 1970 at which a ULID was made. */
export function ulidTime(ulid: string): number {
  return Array.from(ulid.slice(0, 10)).reduce((time, digit) => time * 32 + alphabet.indexOf(digit), 0);
}

function encode(value: bigint, length: number): string {
  let text = '';
  for (let rest = value, left = length; left > 0; left -= 1, rest >>= 5n)
    text = alphabet.charAt(Number(rest & 31n)) + text;
  return text;
}

const taskIdPattern = /^([a-z][a-z0-9]{0,30})-([0-9a-hjkmnp-tv-z]{26})$/;

/** `{type}-{ulid}`: any task id names its type, and so its Redis slot. */
export function taskIdFor(type: string, ulid: string): string {
  return `${type}-${ulid}`;
}

/** The parts of a task id, or undefined when it is not one. */
export function parseTaskId(id: string): { type: string; ulid: string } | undefined {
  const match = taskIdPattern.exec(id);
  const [, type, ulid] = match ?? [];
  return type === undefined || ulid === undefined ? undefined : { type, ulid };
}
