import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '@agent-factory/contract';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Principal } from '../auth/port';

/** The HTTP server; routes take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Who may call a route: anyone, any valid token, or a token with the scope. */
export type Access = 'public' | 'token' | Scope;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Defaults to `token`, so that a route that says nothing is closed. */
    access?: Access;
    /** Answers also while the dispatcher drains. */
    whileStopping?: boolean;
  }
  interface FastifyRequest {
    /** The caller; null on public routes. */
    caller: Principal | null;
  }
}
