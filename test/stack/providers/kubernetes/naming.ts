import { createHash, randomBytes } from 'node:crypto';
import type { ValueObject } from '../shared/values';
import { child, nameOf, strings, text, type KubeObject } from './object';

// By this annotation the provider knows a name of its own.
const autonamed = 'pulumi.com/autonamed';

const longestName = 63;
const suffixDigits = 8;

function suffixOf(seed: Uint8Array): string {
  const bytes = seed.length === 0 ? randomBytes(suffixDigits) : createHash('sha256').update(seed).digest();
  return Buffer.from(bytes).toString('hex').slice(0, suffixDigits);
}

/** Whether the provider made the object's name up. */
export function isAutonamed(object: KubeObject): boolean {
  return strings(child(object, 'metadata')['annotations'])[autonamed] === 'true';
}

/**
 * The object with a name: its own, else the one that was made up before, else the name in the program and eight hexadecimal
 * digits. A made-up name is annotated, so that a replacement may make a second object beside the first.
 */
export function named(object: KubeObject, old: ValueObject, programName: string, seed: Uint8Array): KubeObject {
  const metadata = child(object, 'metadata');
  if (metadata['name'] !== undefined || metadata['generateName'] !== undefined) return object;
  const kept = isAutonamed(old) ? nameOf(old) : '';
  const prefix = text(programName).slice(0, longestName - suffixDigits - 1);
  const name = kept === '' ? `${prefix}-${suffixOf(seed)}` : kept;
  return {
    ...object,
    metadata: { ...metadata, name, annotations: { ...child(metadata, 'annotations'), [autonamed]: 'true' } },
  };
}
