import { errorCodes } from '@agent-factory/contract';
import { z } from 'zod';

// The answers of the gateway as its document shows them; answer.ts and errors.ts make them, and tests hold the two together.

const usageSchema = z
  .strictObject({
    prompt_tokens: z.int().min(0),
    completion_tokens: z.int().min(0),
    total_tokens: z.int().min(0),
    prompt_tokens_details: z.strictObject({ cached_tokens: z.int().min(0) }),
    completion_tokens_details: z.strictObject({ reasoning_tokens: z.int().min(0) }),
    cost_usd: z.number().min(0).describe('Not one of OpenAI: what the call cost the task'),
    estimated: z.literal(true).optional().describe('Not one of OpenAI: the provider did not report the usage'),
  })
  .meta({ id: 'ChatUsage' });

const signature = z
  .strictObject({ google: z.strictObject({ thought_signature: z.string() }) })
  .describe('Gemini wants it back with the call');

const toolCallSchema = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string().describe('JSON') }),
  extra_content: signature.optional(),
});

const finishReasonSchema = z.enum(['stop', 'length', 'tool_calls', 'content_filter']);

const head = {
  id: z.string(),
  created: z.int().describe('Seconds since 1970'),
  model: z.string().describe('The configured id that answered, also when a tier was asked for'),
  system_fingerprint: z.null(),
};

/** A whole answer. */
export const completionSchema = z
  .strictObject({
    ...head,
    object: z.literal('chat.completion'),
    choices: z.tuple([
      z.strictObject({
        index: z.literal(0),
        message: z.strictObject({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          reasoning_content: z.string().optional(),
          tool_calls: z.array(toolCallSchema).optional(),
        }),
        logprobs: z.null(),
        finish_reason: finishReasonSchema,
      }),
    ]),
    usage: usageSchema,
  })
  .meta({ id: 'ChatCompletion' });

const deltaSchema = z.strictObject({
  role: z.literal('assistant').optional(),
  content: z.string().optional(),
  reasoning_content: z.string().optional(),
  tool_calls: z
    .array(
      z.strictObject({
        index: z.int().min(0),
        id: z.string().optional(),
        type: z.literal('function').optional(),
        function: z.strictObject({ name: z.string().optional(), arguments: z.string() }),
        extra_content: signature.optional(),
      }),
    )
    .optional(),
});

/** One message of a streamed answer. */
export const chunkSchema = z
  .strictObject({
    ...head,
    object: z.literal('chat.completion.chunk'),
    choices: z
      .array(
        z.strictObject({
          index: z.literal(0),
          delta: deltaSchema,
          logprobs: z.null(),
          finish_reason: finishReasonSchema.nullable(),
        }),
      )
      .max(1),
    usage: usageSchema.optional(),
  })
  .meta({ id: 'ChatCompletionChunk' });

/** The models as OpenAI's clients read them. */
export const openAiModelsSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z.strictObject({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() }),
    ),
  })
  .meta({ id: 'ChatModelList' });

/** OpenAI's error envelope. */
export const errorEnvelopeSchema = z
  .strictObject({
    error: z.strictObject({
      message: z.string(),
      type: z.string().describe("OpenAI's name for the kind of error"),
      param: z.string().nullable().describe('Path of the first fault'),
      code: z.enum(errorCodes).describe('Of the catalogue at /errors'),
    }),
  })
  .meta({ id: 'ChatError' });

export type ErrorEnvelope = z.output<typeof errorEnvelopeSchema>;
