import { eventSchema, terminalStates, type FactoryEvent } from '@agent-factory/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../authentication';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import { toSse, type SseOptions } from '../sse';
import type { App } from '../types';

const idParams = z.object({ id: z.string() });
const cursor = z.string().min(1).max(500);
const cursorQuery = z.strictObject({
  last_event_id: cursor.optional().describe('As Last-Event-ID, for clients that cannot set headers'),
});
const cursorHeader = z.looseObject({
  'last-event-id': cursor.optional().describe('Id of the last event seen: the stream goes on after it'),
});

const streamDescription =
  'Each message is an Event as JSON, its id the cursor to resume by. `event: end` says that nothing follows, `event: problem` why the stream failed; a stream that ends without either is to be opened again. Comments keep it alive.';

const ok = {
  200: { schema: eventSchema, description: streamDescription, mediaTypes: ['text/event-stream'] },
} as const;

export function eventRoutes(app: App, serve: ServeDeps): void {
  const { service } = serve;

  app.get(
    '/v1/tasks/:id/events',
    operation({
      id: 'followTask',
      tag: 'events',
      summary: 'Follow a task: its events and log lines from the first, then live ones, until it has ended',
      access: 'task:read',
      params: idParams,
      querystring: cursorQuery,
      headers: cursorHeader,
      ok,
      codes: ['CURSOR_INVALID', 'STREAM_LIMIT', 'TASK_NOT_FOUND'],
      uses: ['store'],
    }),
    async (request, reply) => {
      const caller = callerOf(request);
      const after = request.headers['last-event-id'] ?? request.query.last_event_id;
      if (after !== undefined) serve.checkCursor.task(after);
      // Asked before the answer starts: later a failure could only be told inside the stream.
      await service.get(caller, request.params.id);
      const follow = (signal: AbortSignal) => service.followTask(caller, request.params.id, after, signal);
      const isFinal = (last: FactoryEvent | undefined): boolean => last === undefined || ends(last);
      return stream(serve, request, reply, follow, { isFinal });
    },
  );

  app.get(
    '/v1/events',
    operation({
      id: 'followAll',
      tag: 'events',
      summary: 'Follow everything: tasks, types and agents, without log lines',
      description:
        'Without a cursor it starts now; the opening message carries the id to resume from before the first event.',
      access: 'task:read',
      querystring: cursorQuery,
      headers: cursorHeader,
      ok,
      codes: ['CURSOR_INVALID', 'STREAM_LIMIT'],
    }),
    async (request, reply) => {
      const caller = callerOf(request);
      const given = request.headers['last-event-id'] ?? request.query.last_event_id;
      if (given !== undefined) serve.checkCursor.all(given);
      // Followed from the very place that the client is told, so that nothing lies between.
      const now = given === undefined ? service.cursorNow(caller) : undefined;
      return stream(serve, request, reply, (signal) => service.followAll(caller, given ?? now, signal), {
        isFinal: () => false,
        ...(now === undefined ? {} : { openId: now }),
      });
    },
  );
}

/** Whether a task's stream is complete with this event. */
function ends({ kind }: FactoryEvent): boolean {
  return terminalStates.some((state) => state === kind);
}

/** Answers with a stream that holds its place until the connection closes. */
function stream(
  { streams, sse }: ServeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  follow: (signal: AbortSignal) => AsyncIterable<FactoryEvent>,
  own: SseOptions,
): FastifyReply {
  const place = streams.take();
  reply.raw.once('close', () => {
    place.end();
    place.release();
  });
  request.raw.socket.setNoDelay(true);
  return reply
    .code(200)
    .headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    .send(toSse(follow(place.signal), place.signal, { ...sse, ...own }));
}
