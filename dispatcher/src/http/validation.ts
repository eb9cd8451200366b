import { FactoryError, toFaults } from '@agent-factory/contract';
import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';

/** Checks a part of a request; every fault is named with its path. */
export const validatorCompiler: FastifySchemaCompiler<unknown> =
  ({ schema }) =>
  (data: unknown) => {
    if (!(schema instanceof z.ZodType)) return { value: data };
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const faults = toFaults(parsed.error);
    const detail = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    return { error: new FactoryError('INVALID_ARGUMENT', detail.slice(0, 1_000), { faults }) };
  };
