import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Any JSON object. */
export type JsonObject = { [key: string]: Json };

export const jsonSchema: z.ZodType<Json, Json> = z.json();
export const jsonObjectSchema = z.record(z.string(), jsonSchema);
