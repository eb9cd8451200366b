import type { ModelList } from '@agent-factory/contract';
import type { FastifyPluginAsync } from 'fastify';
import type { ArtifactStore } from '../artifacts/port';
import type { Authenticator } from '../auth/port';
import type { DispatcherConfig } from '../config';
import { readAllCursor, readTaskCursor } from '../events/cursor';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { TaskService } from '../tasks/taskService';
import type { ServeDeps } from './deps';
import { addGateway } from './gateway';
import { createLifecycle } from './lifecycle';
import { readiness, type Check } from './readiness';
import { buildServer } from './server';
import type { SseOptions } from './sse';
import { createStreamSet, type StreamSet } from './streams';
import type { App } from './types';

export interface HttpSideOptions {
  config: Pick<DispatcherConfig, 'listenHost' | 'httpPort' | 'file'>;
  logger: Logger;
  metrics: Metrics;
  authenticator: Pick<Authenticator, 'authenticate'>;
  version: string;
  /** What must work for the dispatcher to be ready. */
  checks: Readonly<Record<string, Check>>;
  /** Bring gauges up to date before they are read; each bounded in time, none throws. */
  collectors: readonly (() => Promise<void>)[];
  serve?: {
    service: TaskService;
    artifacts: ArtifactStore;
    listModels: () => ModelList;
    sse?: SseOptions;
  };
  /** Plugin of the model gateway; it authenticates and answers errors in its own way, that of its wire protocol. */
  gateway?: FastifyPluginAsync;
}

/** The HTTP side of a dispatcher. */
export interface HttpSide {
  /** Answers the port. */
  listen(): Promise<number>;
  /** Turns new requests away, ends streams, lets the rest finish within the cap, then closes. Safe to call twice, and before listen. */
  close(capMs: number): Promise<void>;
}

export function createHttpSide(options: HttpSideOptions): HttpSide {
  const { config, logger, metrics, authenticator, version, gateway } = options;
  const { file } = config;
  const lifecycle = createLifecycle();
  const streams = createStreamSet(file.limits.event_streams, (open) => metrics.eventStreams.set(open));
  let app: Promise<App> | undefined;
  let closed: Promise<void> | undefined;

  const build = (): Promise<App> =>
    buildServer({
      version,
      logger,
      metrics,
      authenticator,
      lifecycle,
      health: readiness(version, options.checks),
      metricsAccess: file.metrics.access,
      collectGauges: async () => void (await Promise.all(options.collectors.map((collect) => collect()))),
      ...(options.serve === undefined ? {} : { serve: serveDeps(options.serve, streams) }),
      ...(gateway === undefined ? {} : { extend: (server) => addGateway(server, gateway) }),
    });

  return {
    async listen() {
      app ??= build();
      const server = await app;
      await server.listen({ host: config.listenHost, port: config.httpPort });
      const address = server.server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    close(capMs) {
      closed ??= (async () => {
        const idle = lifecycle.drain(capMs);
        streams.closeAll();
        await idle;
        await (await app)?.close();
      })();
      return closed;
    },
  };
}

function serveDeps(
  { service, artifacts, listModels, sse }: NonNullable<HttpSideOptions['serve']>,
  streams: StreamSet,
): ServeDeps {
  return {
    service,
    artifacts,
    streams,
    checkCursor: { task: readTaskCursor, all: readAllCursor },
    listModels,
    ...(sse === undefined ? {} : { sse }),
  };
}
