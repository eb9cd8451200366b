import { isObject, type Value, type ValueObject } from '../../shared/values';

/**
 * The parts of a live object that the program asked for: what the API server, admission and controllers added is left out.
 * Lists keep their live length, so that an item that somebody added or removed is seen.
 */
export function prune(live: ValueObject, shape: ValueObject): ValueObject {
  const kept: ValueObject = {};
  for (const [key, wanted] of Object.entries(shape)) {
    const has = live[key];
    if (has !== undefined) kept[key] = pruneValue(has, wanted);
  }
  return kept;
}

function pruneValue(live: Value, shape: Value): Value {
  if (isObject(live) && isObject(shape)) return prune(live, shape);
  if (!Array.isArray(live) || !Array.isArray(shape)) return live;
  return live.map((item, index) => {
    const wanted = shape[index];
    return wanted === undefined ? item : pruneValue(item, wanted);
  });
}

const serverFields = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'uid',
];

/** An object without the bookkeeping of metadata, which programs cannot write. */
export function withoutReadOnly(object: ValueObject): ValueObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  const kept = Object.entries(metadata).filter(([key]) => !serverFields.includes(key));
  return { ...object, metadata: Object.fromEntries(kept) };
}

/** An object without what only a server writes: status and the bookkeeping of metadata. */
export function withoutServerFields(object: ValueObject): ValueObject {
  const { status: _status, ...rest } = object;
  return withoutReadOnly(rest);
}
