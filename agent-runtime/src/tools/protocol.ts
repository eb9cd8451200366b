import { errorCodes, jsonObjectSchema, jsonSchema } from '@agent-factory/contract';
import { z } from 'zod';
import { mcpServersSchema } from './mcp/config';

const id = z.int().min(1);
const timeoutMs = z.int().min(1).max(86_400_000);
const path = z.string().min(1).max(1_024);

/** What the agent says. The first frame is `hello`. */
export const requestFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hello'),
    workspace: z.string().min(1).max(4_096).describe('Absolute, as the tools process sees it'),
    egress_socket: z
      .string()
      .max(4_096)
      .nullable()
      .describe('Socket of the egress proxy; null: nothing may be reached'),
    mcp_servers: mcpServersSchema,
    memory_bytes: z.int().min(67_108_864).nullable().describe('Of all programs together; null: the default'),
  }),
  z.strictObject({ kind: z.literal('call'), id, tool: z.string().max(120), input: jsonSchema, timeout_ms: timeoutMs }),
  z.strictObject({
    kind: z.literal('unpack'),
    id,
    file: path,
    into: path,
    format: z.enum(['tar', 'git']),
    timeout_ms: timeoutMs,
  }),
  z.strictObject({ kind: z.literal('list'), id, timeout_ms: timeoutMs }),
  z.strictObject({ kind: z.literal('cancel'), id }),
  z.strictObject({
    kind: z.literal('remove'),
    id,
    path: z
      .string()
      .min(1)
      .max(4_096)
      .describe('Absolute, below the workspace root; only of a tools container, in place of hello'),
    timeout_ms: timeoutMs,
  }),
]);
export type RequestFrame = z.output<typeof requestFrameSchema>;
export type HelloFrame = Extract<RequestFrame, { kind: 'hello' }>;

export const toolListingSchema = z.strictObject({
  tools: z
    .array(
      z.strictObject({ name: z.string().max(120), description: z.string().max(8_192), inputSchema: jsonObjectSchema }),
    )
    .max(1_000),
  faults: z.array(z.strictObject({ server: z.string().max(40), message: z.string().max(1_000) })).max(64),
});

/** What the tools process says. The first frame is `welcome`. */
export const answerFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('welcome') }),
  z.strictObject({
    kind: z.literal('output'),
    id,
    stream: z.enum(['stdout', 'stderr']),
    text: z.string().max(1_048_576),
  }),
  z.strictObject({ kind: z.literal('log'), text: z.string().max(4_096) }),
  z.strictObject({ kind: z.literal('ok'), id, output: jsonSchema }),
  z.strictObject({
    kind: z.literal('failed'),
    id,
    outcome: z.enum(['error', 'timeout', 'refused', 'cancelled']),
    code: z.enum(errorCodes),
    message: z.string().max(4_000),
  }),
]);
export type AnswerFrame = z.output<typeof answerFrameSchema>;
export type FailedFrame = Extract<AnswerFrame, { kind: 'failed' }>;
