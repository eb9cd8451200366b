import { fields, items, type Value } from './value';

/** Beginnings and shapes of keys that services give out, and of what people write down. */
const shapes: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  /\bsk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}/,
  /\bAIza[0-9A-Za-z_-]{30,}/,
  /\bya29\.[0-9A-Za-z_-]{20,}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[oprsu]_[A-Za-z0-9]{30,}/,
  /\bgithub_pat_[A-Za-z0-9_]{22,}/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  /\bhf_[A-Za-z0-9]{30,}/,
  /\bpul-[0-9a-f]{40}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]{3,}@/,
];

/** Names whose value is a secret; those of a file, a hash or a Secret's own name are not. */
const names =
  /(?:^|[_.-]|[a-z])(?:password|passwd|secret|token|credentials?|api[_-]?key|private[_-]?key|access[_-]?key|signing[_-]?key)$/i;

/** Values that only say where the secret is: a path, a reference, a URL, a word that switches something. */
const elsewhere =
  /^(?:$|[/.~]|file:|env:|https?:\/\/|projects\/|\$[({])|^(?:true|false|none|null|optional|required|\d+)$/i;

/** Why a value looks like a secret; undefined when it does not. */
export function looksSecret(name: string, value: string): string | undefined {
  if (shapes.some((shape) => shape.test(value))) return 'has the shape of a key';
  if (names.test(name) && !elsewhere.test(value.trim())) return 'has the name of a secret and a value';
  return undefined;
}

/** The same for a text that may be JSON, such as a file in a ConfigMap: each of its fields is looked at. */
export function textLooksSecret(name: string, value: string): string | undefined {
  return (
    looksSecret(name, value) ??
    leaves(parsed(value))
      .map(([key, leaf]) => looksSecret(key, leaf))
      .find(Boolean)
  );
}

function parsed(value: string): Value {
  if (!/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as Value; // JSON is plain
  } catch {
    return undefined;
  }
}

function leaves(value: Value, key = ''): [string, string][] {
  if (typeof value === 'string') return [[key, value]];
  return [
    ...items(value).flatMap((item) => leaves(item, key)),
    ...Object.entries(fields(value)).flatMap(([name, inner]) => leaves(inner, name)),
  ];
}
