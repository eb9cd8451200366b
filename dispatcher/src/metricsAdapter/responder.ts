import type { IncomingMessage, RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';
import { FactoryError, type Health } from '@agent-factory/contract';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { answer } from './answer';
import { requireAggregator } from './caller';
import type { MetricsAdapterConfig } from './config';
import type { DepthReader } from './reader';
import { StatusError, statusOf } from './status';

export interface ResponderOptions {
  config: Pick<MetricsAdapterConfig, 'allowed_names' | 'namespaces'>;
  reader: DepthReader;
  /** What /readyz answers. Never throws, always answers in time. */
  health: () => Promise<Health>;
  log: Logger;
  metrics: Pick<Metrics, 'externalMetricRequests'>;
}

interface Answer {
  code: number;
  body: object;
}

/** Answers requests: probes to anyone, the API to the aggregator. */
export function responder(options: ResponderOptions): RequestListener {
  const { log, metrics } = options;
  return (request, response) => {
    request.resume(); // a body would not be heeded
    // Never with Retry-After: the autoscaler's client would wait and ask up to ten times, and hold up the HPAs of others meanwhile.
    const send = ({ code, body }: Answer): void => {
      const text = JSON.stringify(body);
      response.writeHead(code, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
      });
      response.end(text);
    };
    const counted = (answered: Answer): void => {
      metrics.externalMetricRequests.inc({ status: String(answered.code) });
      send(answered);
    };
    const refused = (error: unknown): void => {
      const failure = toStatusError(error);
      const user = String(request.headers['x-remote-user'] ?? '').slice(0, 200);
      if (failure.code >= 500) log.warn({ err: error, user }, 'an external metric was not answered');
      else log.info({ status: failure.code, reason: failure.message, user }, 'a request was refused');
      counted({ code: failure.code, body: statusOf(failure) });
    };
    const probe = request.method === 'GET' ? probes[request.url ?? ''] : undefined;
    if (probe !== undefined) probe(options).then(send, refused);
    else answerAggregator(request, options).then(counted, refused);
  };
}

const probes: Readonly<Record<string, (options: ResponderOptions) => Promise<Answer>>> = {
  '/healthz': async () => ({ code: 200, body: { status: 'ok' } }),
  '/readyz': async ({ health }) => {
    const found = await health();
    return { code: found.status === 'ok' ? 200 : 503, body: found };
  },
};

async function answerAggregator(
  { method = '', url = '', headers, socket }: IncomingMessage,
  { config, reader }: ResponderOptions,
): Promise<Answer> {
  if (!(socket instanceof TLSSocket)) throw new StatusError('Unauthorized', 'only TLS is served');
  requireAggregator(socket, config.allowed_names);
  const asked = { method, url, accept: headers.accept };
  return { code: 200, body: await answer(asked, { reader, namespaces: config.namespaces }) };
}

function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof FactoryError && error.record.http === 503)
    return new StatusError('ServiceUnavailable', `the queues cannot be read: ${error.detail}`);
  return new StatusError('InternalError', 'the request could not be answered');
}
