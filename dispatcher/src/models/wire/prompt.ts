import { FactoryError } from '@agent-factory/contract';
import type { Prompt, PromptMessage } from '../sdk';
import type { ChatMessage } from './request';

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;
type UserContent = Extract<ChatMessage, { role: 'user' }>['content'];
type AssistantParts = Extract<PromptMessage, { role: 'assistant' }>['content'];
type ToolParts = Extract<PromptMessage, { role: 'tool' }>['content'];
type UserParts = Extract<PromptMessage, { role: 'user' }>['content'];

/**
 * OpenAI's messages as the SDK's prompt. Answers of tools that follow one another become one message, as Anthropic and Google want them.
 * `keepReasoning`: whether earlier reasoning is sent along; providers that want it signed get none. Throws INVALID_ARGUMENT with the path.
 */
export function toPrompt(messages: readonly ChatMessage[], keepReasoning: boolean): Prompt {
  const prompt: Prompt = [];
  const toolNames = new Map<string, string>();
  messages.forEach((message, index) => {
    switch (message.role) {
      case 'system':
      case 'developer':
        prompt.push({ role: 'system', content: joinText(message.content) });
        return;
      case 'user':
        prompt.push({ role: 'user', content: toUserParts(message.content) });
        return;
      case 'assistant':
        for (const call of message.tool_calls ?? []) toolNames.set(call.id, call.function.name);
        prompt.push({ role: 'assistant', content: toAssistantParts(message, keepReasoning) });
        return;
      case 'tool': {
        const toolName = toolNames.get(message.tool_call_id);
        if (toolName === undefined) throw answersNothing(index);
        const part: ToolParts[number] = {
          type: 'tool-result',
          toolCallId: message.tool_call_id,
          toolName,
          output: { type: 'text', value: joinText(message.content) },
        };
        const last = prompt.at(-1);
        if (last?.role === 'tool') last.content.push(part);
        else prompt.push({ role: 'tool', content: [part] });
      }
    }
  });
  return prompt;
}

function toUserParts(content: UserContent): UserParts {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part): UserParts[number] =>
    part.type === 'text' ? { type: 'text', text: part.text } : toFile(part.image_url.url),
  );
}

function toFile(text: string): UserParts[number] {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/is.exec(text) ?? [];
  if (mediaType !== undefined && data !== undefined)
    return { type: 'file', mediaType: mediaType.toLowerCase(), data: { type: 'data', data } };
  const url = new URL(text); // the provider fetches it
  return { type: 'file', mediaType: mediaTypeOf(url), data: { type: 'url', url } };
}

/** Gemini wants the full type of what it fetches: by the ending of the path, else JPEG, the most common. The others do without. */
function mediaTypeOf({ pathname }: URL): string {
  const ending = /\.(png|gif|webp|avif|heic|heif|bmp)$/i.exec(pathname)?.[1];
  return `image/${ending?.toLowerCase() ?? 'jpeg'}`;
}

function toAssistantParts(message: AssistantMessage, keepReasoning: boolean): AssistantParts {
  const parts: AssistantParts = [];
  const text = joinText(message.content ?? '');
  if (keepReasoning && message.reasoning_content) parts.push({ type: 'reasoning', text: message.reasoning_content });
  if (text !== '') parts.push({ type: 'text', text });
  for (const call of message.tool_calls ?? []) {
    const signature = call.extra_content?.google?.thought_signature;
    parts.push({
      type: 'tool-call',
      toolCallId: call.id,
      toolName: call.function.name,
      input: toInput(call.function.arguments),
      ...(signature
        ? { providerOptions: { google: { thoughtSignature: signature }, vertex: { thoughtSignature: signature } } }
        : {}),
    });
  }
  if (parts.length === 0) parts.push({ type: 'text', text: '' });
  return parts;
}

/** A model's own malformed arguments must not end the conversation: they come back to it as text in an object. */
function toInput(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // as below
  }
  return { arguments: text };
}

function joinText(content: string | readonly { text: string }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text).join('\n');
}

function answersNothing(index: number): FactoryError {
  const fault = { path: `messages[${index}].tool_call_id`, message: 'answers no tool call before it' };
  return new FactoryError('INVALID_ARGUMENT', `${fault.path}: ${fault.message}`, { faults: [fault] });
}
