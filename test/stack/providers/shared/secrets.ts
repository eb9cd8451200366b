import { createHash } from 'node:crypto';
import { isObject, mapTree, visit, type Marked, type Value, type ValueObject } from './values';

const HASH_KEY = '$secretHash';

/** The tree with every secret part replaced by its hash, fit for a file. */
export function concealed(marked: Marked): ValueObject {
  return mapObject(marked.value, (value, path) => (marked.secrets.has(path) ? conceal(value) : value));
}

/**
 * The tree with hashed parts replaced by the values that `candidates` hold at the same path, where their hash agrees;
 * a part that none knows is left out, as real APIs leave out a password. Says which paths are secret.
 */
export function revealed(tree: ValueObject, candidates: readonly ValueObject[]): Marked {
  const known = candidates.map((candidate) => {
    const byPath = new Map<string, Value>();
    visit(candidate, '', (value, path) => byPath.set(path, value));
    return byPath;
  });
  const secrets = new Set<string>();
  const value = mapObject(tree, (part, path) => {
    const hash = isObject(part) ? part[HASH_KEY] : undefined;
    if (hash === undefined) return part;
    const found = known.map((byPath) => byPath.get(path)).find((candidate) => hashOf(candidate) === hash);
    if (found !== undefined) secrets.add(path);
    return found;
  });
  return { value, secrets };
}

function conceal(value: Value): ValueObject {
  return { [HASH_KEY]: hashOf(value) ?? '' };
}

function hashOf(value: Value | undefined): string | undefined {
  return value === undefined
    ? undefined
    : createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

function mapObject(tree: ValueObject, change: (value: Value, path: string) => Value | undefined): ValueObject {
  const mapped = mapTree(tree, '', change);
  return isObject(mapped) ? mapped : {};
}
