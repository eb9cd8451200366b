/** JSON as Pulumi keeps structured configuration. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * One configuration over another: maps are merged key by key, everything else is replaced. `null` takes a key of the base away,
 * so that a default applies again.
 */
export function mergeConfig(base: Json | undefined, over: Json | undefined): Json | undefined {
  if (over === undefined) return base;
  if (over === null) return undefined;
  if (!isMap(over)) return over;
  const from = isMap(base) ? base : {};
  // Another kind is another shape: nothing of the first one's fields carries over.
  const start = over['kind'] !== undefined && from['kind'] !== undefined && over['kind'] !== from['kind'] ? {} : from;
  const merged: { [key: string]: Json } = { ...start };
  for (const [key, value] of Object.entries(over)) {
    const next = mergeConfig(start[key], value);
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  return merged;
}

function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
