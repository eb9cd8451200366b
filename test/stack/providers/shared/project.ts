import { isObject, type Value, type ValueObject } from './values';

/**
 * What the inputs would have to be for the live properties: the value of every property that was given, as it is now.
 * Parts that nobody gave stay out, so that what a service adds is no drift.
 */
export function projectInputs(given: ValueObject, live: ValueObject): ValueObject {
  const result: ValueObject = {};
  for (const [key, value] of Object.entries(given)) {
    if (key === '__defaults') result[key] = value;
    else if (key in live) result[key] = projectValue(value, live[key] ?? null);
    // A write-only value never comes back; what was given stays.
    else if (key.endsWith('Wo')) result[key] = value;
  }
  return result;
}

function projectValue(given: Value, live: Value): Value {
  if (isObject(given) && isObject(live)) return projectInputs(given, live);
  if (!Array.isArray(given) || !Array.isArray(live)) return live;
  return live.map((item, index) => {
    const wanted = given[index];
    return wanted === undefined ? item : projectValue(wanted, item);
  });
}

/** The properties without the parts that were given as inputs: what the service itself decided. */
export function withoutInputs(properties: ValueObject, inputs: ValueObject): ValueObject {
  const result: ValueObject = {};
  for (const [key, value] of Object.entries(properties)) {
    const given = inputs[key];
    if (given === undefined) result[key] = value;
    else if (isObject(given) && isObject(value)) result[key] = withoutInputs(value, given);
  }
  return result;
}
