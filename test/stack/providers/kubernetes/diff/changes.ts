import type { PropertyChange } from '../../shared/provider';
import { isObject, itemPath, memberPath, same, UNKNOWN, type Value, type ValueObject } from '../../shared/values';

type Kind = PropertyChange['kind'];

/** What must change to turn `old` into `wanted`, by property path. Parts that are not known yet count as changes. */
export function changesBetween(old: ValueObject, wanted: ValueObject): Map<string, Kind> {
  const changes = new Map<string, Kind>();
  compareObjects(old, wanted, '', changes);
  return changes;
}

function compareObjects(old: ValueObject, wanted: ValueObject, path: string, changes: Map<string, Kind>): void {
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    compare(old[key] ?? undefined, wanted[key] ?? undefined, memberPath(path, key), changes);
  }
}

function isEmpty(value: Value | undefined): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function compare(old: Value | undefined, wanted: Value | undefined, path: string, changes: Map<string, Kind>): void {
  if (wanted === UNKNOWN) changes.set(path, old === undefined ? 'add' : 'update');
  else if (same(old, wanted)) return;
  // An empty list or map and none at all are the same to the API server.
  else if ((old === undefined && isEmpty(wanted)) || (wanted === undefined && isEmpty(old))) return;
  else if (wanted === undefined) changes.set(path, 'delete');
  else if (old === undefined) changes.set(path, 'add');
  else if (isObject(old) && isObject(wanted)) compareObjects(old, wanted, path, changes);
  else if (Array.isArray(old) && Array.isArray(wanted)) {
    for (let index = 0; index < Math.max(old.length, wanted.length); index += 1) {
      compare(old[index], wanted[index], itemPath(path, index), changes);
    }
  } else changes.set(path, 'update');
}
