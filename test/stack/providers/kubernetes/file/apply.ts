import { randomUUID } from 'node:crypto';
import { isObject, same, type Value, type ValueObject } from '../../shared/values';
import { child, numeral, type KubeObject } from '../object';

// Lists whose items are known by a field: applying one item keeps what others wrote to it.
const itemKeys = ['name', 'containerPort', 'port', 'mountPath', 'type', 'ip', 'topologyKey'] as const;

/**
 * Server-side apply by one owner: what it applied before and applies no longer goes, what it applies is set, and what others
 * (defaults, controllers, people) wrote elsewhere stays.
 */
export function applied(live: ValueObject, before: ValueObject, now: ValueObject): ValueObject {
  const result: ValueObject = { ...live };
  for (const key of Object.keys(before)) if (now[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(now)) result[key] = appliedValue(live[key], before[key], value);
  return result;
}

function appliedValue(live: Value | undefined, before: Value | undefined, now: Value): Value {
  if (isObject(now) && isObject(live)) return applied(live, isObject(before) ? before : {}, now);
  if (!Array.isArray(now) || !Array.isArray(live)) return now;
  return now.map((item) => {
    if (!isObject(item)) return item;
    const key = itemKeys.find((one) => item[one] !== undefined);
    if (key === undefined) return item;
    const isSame = (other: Value): boolean => isObject(other) && same(other[key], item[key]);
    return appliedValue(live.find(isSame), Array.isArray(before) ? before.find(isSame) : undefined, item);
  });
}

/** The bookkeeping of a new object. */
export function created(object: KubeObject): KubeObject {
  const metadata = child(object, 'metadata');
  return {
    ...object,
    metadata: {
      ...metadata,
      uid: randomUUID(),
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: new Date().toISOString(),
    },
  };
}

/** The bookkeeping of a changed object: a version of its own, a generation when its `spec` changed. */
export function updated(live: KubeObject, object: KubeObject): KubeObject {
  const metadata = child(live, 'metadata');
  const generation = numeral(metadata['generation']) ?? 1;
  return {
    ...object,
    metadata: {
      ...child(object, 'metadata'),
      resourceVersion: String(Number(metadata['resourceVersion'] ?? 0) + 1),
      generation: same(live['spec'], object['spec']) ? generation : generation + 1,
    },
  };
}
