import { z } from 'zod';
import { jsonObjectSchema } from '@agent-factory/contract';

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });
const textContent = z.union([z.string(), z.array(textPart)]);

const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z
      .string()
      .regex(
        /^(https:\/\/|data:image\/[a-z0-9.+-]+;base64,)/i,
        'is neither an https URL nor a base64 data URL of an image',
      ),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
});

/** Gemini wants its signature back with the call it came with. */
const extraContent = z.looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() });

const toolCall = z.strictObject({
  id: z.string().min(1).max(256),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1).max(128), arguments: z.string() }),
  extra_content: extraContent.nullish(),
});

const messageName = z.string().max(128).optional().describe('Ignored');

const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: textContent, name: messageName }),
  z.strictObject({ role: z.literal('developer'), content: textContent, name: messageName }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]),
    name: messageName,
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: textContent.nullish(),
    reasoning_content: z.string().nullish(),
    refusal: z.string().nullish().describe('Ignored'),
    tool_calls: z.array(toolCall).max(512).nullish(),
    name: messageName,
  }),
  z.strictObject({
    role: z.literal('tool'),
    tool_call_id: z.string().min(1).max(256),
    content: textContent,
    name: messageName,
  }),
]);

const functionTool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not 1 to 64 letters, digits, _ and -'),
    description: z.string().max(32_768).optional(),
    parameters: jsonObjectSchema.default({ type: 'object', properties: {} }),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string().min(1).max(64) }) }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().max(64).optional(),
      description: z.string().max(4_096).optional(),
      schema: jsonObjectSchema,
      strict: z.boolean().nullish(),
    }),
  }),
]);

const ignored = (schema: z.ZodType): z.ZodOptional<z.ZodType> => schema.optional();

/**
 * A chat completion as OpenAI's clients ask for it. What a client may send and the gateway ignores is in the last group; any other field is
 * refused with its path.
 */
export const chatRequestSchema = z
  .strictObject({
    model: z.string().min(1).max(100).describe('A configured model, or tier:small, tier:standard, tier:large'),
    messages: z.array(messageSchema).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
    max_tokens: z.int().min(1).max(10_000_000).nullish(),
    max_completion_tokens: z.int().min(1).max(10_000_000).nullish().describe('Goes before max_tokens'),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
    tools: z.array(functionTool).max(512).nullish(),
    tool_choice: toolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish().describe('Kept by openai-compatible and anthropic'),
    response_format: responseFormat.nullish(),
    reasoning_effort: z
      .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
      .nullish()
      .describe('Kept by openai-compatible, ignored by others'),
    n: z.literal(1).nullish(),
    logprobs: z.literal(false).nullish(),
    // ignored
    user: ignored(z.string().nullable()),
    safety_identifier: ignored(z.string().nullable()),
    prompt_cache_key: ignored(z.string().nullable()),
    metadata: ignored(z.record(z.string(), z.string()).nullable()),
    store: ignored(z.boolean().nullable()),
    service_tier: ignored(z.string().nullable()),
    verbosity: ignored(z.string().nullable()),
  })
  .meta({ id: 'ChatRequest' });

export type ChatRequest = z.output<typeof chatRequestSchema>;
export type ChatMessage = z.output<typeof messageSchema>;
