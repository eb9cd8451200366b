import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { FactoryError, parseOrThrow, type ModelsConfig } from '@agent-factory/contract';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator, Principal } from '../auth/port';
import type { UsageMeter } from './account';
import { runCall, type AnswerEnd, type CallTools } from './call';
import { authenticateCaller, toPayer } from './caller';
import { listModelsForOpenAi, resolveModel } from './catalogue';
import { systemClock, type Clock } from '../clock';
import { toFactoryError } from '../requestErrors';
import { memoryGates, type ProviderGates } from './gates';
import type { Environment } from './keys';
import { limiter } from './limiter';
import type { ModelLog, ModelObserver } from './observe';
import { modelSource } from './providers';
import { callStop, type CallStop } from './stop';
import { toCompletion, type AnswerHead } from './wire/answer';
import { errorHeaders, toEnvelope } from './wire/errors';
import type { AnswerEvent } from './wire/events';
import { chatRequestSchema } from './wire/request';
import { sseOf } from './wire/sse';

/** What the gateway is made of. */
export interface ModelGatewayOptions {
  config: ModelsConfig;
  /** Holds leases, usage and budgets. */
  queue: UsageMeter;
  authenticator: Pick<Authenticator, 'authenticate'>;
  log: ModelLog;
  /** Told of each call, for metrics. Defaults to nobody. */
  observe?: ModelObserver;
  /** Which providers asked to wait. Defaults to this replica's own memory. */
  gates?: ProviderGates;
  /** Where `api_key_env` is looked up. Defaults to the process's environment. */
  environment?: Environment;
  /** Defaults to the machine's. */
  clock?: Clock;
  /** From 0 to 1. Defaults to Math.random. */
  random?: () => number;
  /** How long calls may go on once the server closes, in milliseconds. Defaults to 5,000. */
  drainMs?: number;
}

/** Largest request, in bytes. */
const modelBodyLimit = 8_388_608;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls a model; set by the gateway before a body is read. */
    modelCaller: Principal | null;
  }
}

/**
 * The model gateway: a fastify plugin that speaks OpenAI's chat completions (POST /chat/completions, GET /models), to be registered under
 * /model/v1. It alone knows the keys of providers; it counts tokens and money on the task whose lease pays, and keeps the task's budget.
 */
export function modelGateway(options: ModelGatewayOptions): FastifyPluginAsync {
  const clock = options.clock ?? systemClock;
  const tools: CallTools = {
    meter: options.queue,
    source: modelSource(options.environment ?? process.env),
    gates: options.gates ?? memoryGates(clock),
    providers: limiter(),
    tasks: limiter(),
    clock,
    random: options.random ?? Math.random,
    observe: options.observe ?? (() => undefined),
    log: options.log,
  };
  const open = new Set<CallStop>();

  return async (server) => {
    server.decorateRequest('modelCaller', null);
    answerErrorsLikeOpenAi(server, options.log);
    server.addHook('onRequest', async (request) => {
      request.modelCaller = await authenticateCaller(options.authenticator, request.headers.authorization);
    });
    endCallsOnClose(server, open, clock, options.drainMs ?? 5_000);
    server.get('/models', async () => listModelsForOpenAi(options.config));
    server.post('/chat/completions', { bodyLimit: modelBodyLimit }, (request, reply) =>
      complete(options.config, tools, open, request, reply),
    );
  };
}

async function complete(
  config: ModelsConfig,
  tools: CallTools,
  open: Set<CallStop>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (request.modelCaller === null) throw new FactoryError('UNAUTHENTICATED', 'The token is missing');
  const payer = toPayer(request.modelCaller, request.headers);
  const asked = parseOrThrow(chatRequestSchema, request.body);
  const target = resolveModel(config, asked.model);
  const head: AnswerHead = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(tools.clock.now() / 1_000),
    model: target.id,
  };

  const stop = callStop(tools.clock);
  const events = runCall(tools, { target, request: asked, payer, stop });
  open.add(stop);
  reply.raw.once('close', () => {
    stop.stop('client'); // after a whole answer there is nothing left to stop
    events.return().catch(() => undefined); // an answer that nobody has begun to read still holds its places
    open.delete(stop);
  });
  if (asked.stream !== true) return reply.send(await collect(head, events));

  const first = await events.next(); // what goes wrong before the answer begins is a plain error with its status
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('x-accel-buffering', 'no');
  return reply.send(Readable.from(sseOf(head, first, events, asked.stream_options?.include_usage === true)));
}

async function collect(head: AnswerHead, events: AsyncIterable<AnswerEvent | AnswerEnd>): Promise<object> {
  const collected: AnswerEvent[] = [];
  for await (const event of events) {
    if (event.type === 'end') return toCompletion(head, collected, event.reason, event.usage);
    collected.push(event);
  }
  throw new FactoryError('INTERNAL', 'The answer has no end');
}

function answerErrorsLikeOpenAi(server: FastifyInstance, log: ModelLog): void {
  server.setErrorHandler(async (error, request, reply) => {
    const told = toFactoryError(error, request);
    if (told.code === 'INTERNAL') log.error({ error: told.cause ?? error }, 'model gateway failed');
    // The rest of a refused body is read and dropped: closing at once would reset the connection before the answer is read.
    if (told.code === 'PAYLOAD_TOO_LARGE') void reply.removeHeader('connection');
    return reply.status(told.record.http).headers(errorHeaders(told)).send(toEnvelope(told));
  });
  server.setNotFoundHandler(async () => {
    throw new FactoryError('NOT_FOUND', 'The model gateway has POST /chat/completions and GET /models');
  });
}

/** A server that closes waits for its requests: calls that last are ended after the drain. */
function endCallsOnClose(server: FastifyInstance, open: ReadonlySet<CallStop>, clock: Clock, drainMs: number): void {
  let cancel = (): void => undefined;
  server.addHook('preClose', async () => {
    cancel = clock.after(drainMs, () => {
      for (const stop of open) stop.stop('closing');
    });
  });
  server.addHook('onClose', async () => cancel());
}
