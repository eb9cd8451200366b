import { z } from 'zod';

const signedCallSchema = z.object({
  id: z.string().min(1),
  extra_content: z.object({ google: z.object({ thought_signature: z.string().min(1) }) }),
});

const chunkSchema = z.object({
  choices: z.tuple([z.object({ delta: z.object({ tool_calls: z.array(z.unknown()) }) })]),
});

/**
 * Gemini's signatures in a chunk on OpenAI's wire, by the id of their call. The package tells them only once a call is complete; a client that
 * streams looks for them where the call begins.
 */
export function signaturesIn(chunk: unknown): (readonly [id: string, signature: string])[] {
  const calls = chunkSchema.safeParse(chunk).data?.choices[0].delta.tool_calls ?? [];
  return calls.flatMap((call) => {
    const signed = signedCallSchema.safeParse(call).data;
    return signed === undefined ? [] : [[signed.id, signed.extra_content.google.thought_signature] as const];
  });
}
