import { unforeseen } from '../../requestErrors';
import { toEnvelope } from './errors';
import { closingChunk, openingChunk, toChunk, usageChunk, type AnswerHead } from './answer';
import type { AnswerEnd } from '../call';
import type { AnswerEvent } from './events';

type CallEvent = AnswerEvent | AnswerEnd;

/**
 * An answer as server-sent events. What goes wrong after the first event is told in an event of its own, as OpenAI does, and no [DONE] follows:
 * a client cannot take it for a whole answer.
 */
export async function* sseOf(
  head: AnswerHead,
  first: IteratorResult<CallEvent, void>,
  rest: AsyncGenerator<CallEvent, void, void>,
  withUsage: boolean,
): AsyncGenerator<string, void, void> {
  try {
    yield sse(openingChunk(head));
    for (let next = first; next.done !== true; next = await rest.next()) {
      if (next.value.type !== 'end') {
        yield sse(toChunk(head, next.value));
        continue;
      }
      yield sse(closingChunk(head, next.value.reason));
      if (withUsage) yield sse(usageChunk(head, next.value.usage));
    }
    yield 'data: [DONE]\n\n';
  } catch (error) {
    yield sse(toEnvelope(unforeseen(error)));
  } finally {
    await rest.return();
  }
}

function sse(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}
