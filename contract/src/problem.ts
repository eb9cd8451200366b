import { z } from 'zod';
import { errorCodes, type FactoryError } from './errors';

/** RFC 9457 problem details: the one shape of every HTTP error. */
export const problemSchema = z
  .strictObject({
    type: z.string().describe('A URI reference for the code: /errors#CODE'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(errorCodes),
    detail: z.string(),
    instance: z.string().optional().describe('The request id, as in the log'),
    hint: z.string(),
    retry_after_seconds: z.number().positive().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

/** The problem that answers an error; `instance` is the request id. */
export function toProblem(error: FactoryError, instance?: string): Problem {
  const { http, title, hint } = error.record;
  return {
    type: `/errors#${error.code}`,
    title,
    status: http,
    code: error.code,
    detail: error.detail,
    hint,
    ...(instance === undefined ? {} : { instance }),
    ...(error.retryAfterSeconds === undefined ? {} : { retry_after_seconds: error.retryAfterSeconds }),
    ...(error.faults.length === 0 ? {} : { errors: error.faults.map((fault) => ({ ...fault })) }),
  };
}
