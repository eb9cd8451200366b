import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Any JSON object. */
export type JsonObject = { [key: string]: Json };

/**
 * How deep arrays and objects may lie in each other. Protobuf decoders stop at 100 messages in each other, an object costs three of them
 * and the envelope the rest: what is accepted here can be sent to every agent and client.
 */
export const maxJsonDepth = 30;

interface JsonFault {
  path: PropertyKey[];
  message: string;
}

/** The first thing that is not JSON, or undefined. Stops at {@link maxJsonDepth}, so that no input exhausts the stack. */
function findFault(value: unknown, depth: number): JsonFault | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : refusal('is not a finite number');
  if (typeof value !== 'object') return refusal('is not JSON');
  if (depth === maxJsonDepth) return refusal(`is nested deeper than ${maxJsonDepth} levels`);
  if (!Array.isArray(value) && !isPlain(value)) return refusal('is not a plain object');
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const fault = key === '__proto__' ? refusal('is not an allowed name') : findFault(item, depth + 1);
    if (fault !== undefined) return { ...fault, path: [key, ...fault.path] };
  }
  return undefined;
}

function refusal(message: string): JsonFault {
  return { path: [], message };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Any JSON value, at most {@link maxJsonDepth} deep. */
export const jsonSchema: z.ZodType<Json, Json> = z.unknown().superRefine((value, context) => {
  const fault = findFault(value, 0);
  if (fault !== undefined) context.addIssue({ code: 'custom', ...fault });
}) as unknown as z.ZodType<Json, Json>; // the check makes it so, which the type of `unknown` cannot say

export const jsonObjectSchema = z.record(z.string(), jsonSchema);
