import { z } from 'zod';

/** P0 starts at once; the others start within their time; see {@link startByMs}. */
export const prioritySchema = z.enum(['P0', 'P1', 'P2', 'P3']).meta({ id: 'Priority' });
export type Priority = z.infer<typeof prioritySchema>;
export const priorities = prioritySchema.options;

/** Milliseconds from submission by which a task of the priority should have started. P3 is best effort: an hour, so that it never starves. */
export const startByMs: Record<Priority, number> = { P0: 0, P1: 300_000, P2: 900_000, P3: 3_600_000 };
