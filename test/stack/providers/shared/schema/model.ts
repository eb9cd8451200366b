import { z } from 'zod';

/** What a value must look like. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'array' | 'map'; readonly of: Shape }
  /** `ref` names an entry of {@link TypeSchema.objects}. */
  | { readonly kind: 'object'; readonly ref: string };

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.union([
    z.object({ kind: z.enum(['string', 'number', 'boolean', 'any']) }),
    z.object({ kind: z.enum(['array', 'map']), of: shapeSchema }),
    z.object({ kind: z.literal('object'), ref: z.string() }),
  ]),
);

const propertySchema = z.object({
  shape: shapeSchema,
  required: z.boolean(),
  /** The strings that the package's documentation lists as the possible ones. */
  oneOf: z.array(z.string()).optional(),
  /** The default that the package's documentation states. */
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** The documentation says that it cannot be changed. */
  immutable: z.boolean().optional(),
});

/** One property of an object. */
export type Property = z.infer<typeof propertySchema>;

const objectSchema = z.record(z.string(), propertySchema);

/** The properties of an object, by name. */
export type ObjectSchema = z.infer<typeof objectSchema>;

/** What is known of a resource or function type from the declarations of its package alone. */
export const typeSchemaSchema = z.object({
  token: z.string(),
  inputs: objectSchema,
  /** Outputs by name; `required` means that the package declares a value for it always (never undefined). */
  outputs: objectSchema,
  /** Nested types that inputs and outputs refer to. */
  objects: z.record(z.string(), objectSchema),
  /** Top-level outputs that the package marks as secret. */
  secrets: z.array(z.string()),
});

/** The derived schema of one type. */
export type TypeSchema = z.infer<typeof typeSchemaSchema>;
