import { constants } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { FactoryError } from '@agent-factory/contract';
import { systemClock, type Clock } from '../clock';
import type { MetricsAdapterConfig } from './config';
import { readCredentials, watchCredentials, type Credentials } from './credentials';
import { responder, type ResponderOptions } from './responder';

export interface MetricsAdapterOptions extends ResponderOptions {
  config: MetricsAdapterConfig;
  listenHost: string;
  clock?: Clock;
}

/** The external metrics API of Kubernetes, for the API aggregator alone. */
export interface MetricsAdapter {
  /** Answers the port. Throws INVALID_ARGUMENT when a certificate cannot be used. Safe to call twice. */
  start(): Promise<number>;
  /** Ends requests under way after `capMs`. Safe to call twice, and before start. */
  stop(capMs: number): Promise<void>;
  /** Throws unless it listens with a certificate that is still valid. */
  check(): void;
}

/** Bounds of a server that few clients ask for small answers. Times in milliseconds. */
const bounds = {
  connections: 200,
  headerBytes: 16_384,
  handshakeMs: 5_000,
  headersMs: 5_000,
  requestMs: 10_000,
} as const;

export function createMetricsAdapter(options: MetricsAdapterOptions): MetricsAdapter {
  const { config, listenHost, log, clock = systemClock } = options;
  let credentials: Credentials | undefined;
  let started: Promise<Running> | undefined;
  let stopped: Promise<void> | undefined;

  const open = async (): Promise<Running> => {
    const first = await readCredentials(config);
    const server = createServer(
      {
        ...tlsOptions(first),
        maxHeaderSize: bounds.headerBytes,
        handshakeTimeout: bounds.handshakeMs,
        headersTimeout: bounds.headersMs,
        requestTimeout: bounds.requestMs,
        keepAliveTimeout: 60_000,
      },
      responder(options),
    );
    server.maxConnections = bounds.connections;
    const port = await listen(server, config.port, listenHost);
    credentials = first;
    const changed = (next: Credentials): void => {
      server.setSecureContext(tlsOptions(next));
      // Connections of a name that an authority vouched for which is trusted no more; clients make new ones.
      if (next.ca !== credentials?.ca) server.closeAllConnections();
      credentials = next;
    };
    return { server, port, unwatch: watchCredentials(config, first, { clock, log, changed }) };
  };

  return {
    async start() {
      started ??= stopped === undefined ? open() : Promise.reject(new FactoryError('SHUTTING_DOWN', 'it was stopped'));
      return (await started).port;
    },
    stop(capMs) {
      stopped ??= (started ?? Promise.resolve(undefined)).then(
        (running) => running && close(running, capMs),
        () => undefined, // what could not start has nothing open
      );
      return stopped;
    },
    check() {
      if (credentials === undefined || stopped !== undefined)
        throw new FactoryError('SHUTTING_DOWN', 'it does not listen');
      if (credentials.validUntil <= clock.now()) throw new FactoryError('INTERNAL', 'its certificate has expired');
    },
  };
}

interface Running {
  server: Server;
  port: number;
  unwatch: () => void;
}

function tlsOptions({ cert, key, ca }: Credentials) {
  return {
    cert,
    key,
    ca,
    requestCert: true,
    rejectUnauthorized: false, // probes have no certificate; the others are told why they are refused
    minVersion: 'TLSv1.2' as const,
    secureOptions: constants.SSL_OP_NO_TICKET, // a resumed session would outlive the trust in its authority
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function close({ server, unwatch }: Running, capMs: number): Promise<void> {
  unwatch();
  const cut = setTimeout(() => server.closeAllConnections(), capMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
