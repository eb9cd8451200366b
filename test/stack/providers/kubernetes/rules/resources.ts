import { memberPath, type Value, type ValueObject } from '../../shared/values';
import { child } from '../object';
import { qualifiedName } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import { bare } from '../schema/text';
import type { Report } from './finding';

const native = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);

/** A resource's name as containers may ask for it: `cpu`, `hugepages-2Mi`, `nvidia.com/gpu`. */
export function checkResourceName(name: string, path: string, report: Report): void {
  const wrong = qualifiedName(name);
  if (wrong !== undefined) report(path, `resource name ${wrong}`);
  else if (!name.includes('/') && !native.has(name) && !name.startsWith('hugepages-')) {
    report(
      path,
      `${JSON.stringify(name)} must be cpu, memory, ephemeral-storage, hugepages-<size> or a name with a domain`,
    );
  }
}

function amount(value: Value | undefined): bigint | undefined {
  return parseQuantity(value)?.nano;
}

/** `resources` of a container: names, signs, and requests that do not exceed limits. */
export function checkResources(resources: ValueObject, path: string, report: Report): void {
  const limits = child(resources, 'limits');
  for (const part of ['requests', 'limits'] as const) {
    for (const [name, value] of Object.entries(child(resources, part))) {
      const at = memberPath(`${path}.${part}`, name);
      checkResourceName(name, at, report);
      const nano = amount(value);
      if (nano !== undefined && nano < 0n) report(at, 'must not be negative');
      if (
        nano !== undefined &&
        nano > 0n &&
        (name === 'memory' || name === 'ephemeral-storage') &&
        nano < 1_000_000_000n
      ) {
        report(at, 'is less than one byte: the suffix m means a thousandth, write Mi for mebibytes');
      }
    }
  }
  for (const [name, value] of Object.entries(child(resources, 'requests'))) {
    const [requested, limit] = [amount(value), amount(limits[name])];
    if (requested === undefined || limit === undefined) continue;
    if (requested > limit) {
      report(
        memberPath(`${path}.requests`, name),
        `${bare(value)} must be less than or equal to the limit ${bare(limits[name])}`,
      );
    } else if (name.includes('/') && requested !== limit) {
      report(memberPath(`${path}.requests`, name), 'an extended resource is asked for and limited by the same amount');
    }
  }
}
