import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import { RefusedError } from '../../shared/provider';
import type { ValueObject } from '../../shared/values';
import type { ActiveCluster } from '../config/kubeconfig';
import { credentialsOf, type Credentials } from './credentials';

const requestTimeoutMs = 60_000;
const connections = 16;

const objectSchema: z.ZodType<ValueObject> = z.record(z.string(), z.json());
const statusSchema = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** An answer of the API server that is not a success. */
export class ApiError extends RefusedError {
  constructor(
    readonly status: number,
    reason: string,
    message: string,
  ) {
    super(reason, message);
    this.name = 'ApiError';
  }
}

/** Whether an error says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: ValueObject;
  contentType?: string;
}

/** Talks to one API server: JSON over connections that are kept. */
export class ApiClient {
  readonly #server: URL;
  readonly #agent: HttpAgent;
  readonly #credentials: Credentials;

  constructor(active: ActiveCluster) {
    this.#server = new URL(active.cluster.server);
    this.#credentials = credentialsOf(active);
    const options = { keepAlive: true, maxSockets: connections };
    this.#agent =
      this.#server.protocol === 'https:'
        ? new HttpsAgent({ ...options, ...this.#credentials.tls })
        : new HttpAgent(options);
  }

  /** Sends a request and reads the object that answers it. @throws ApiError, also when nobody answers. */
  async send(request: ApiRequest): Promise<ValueObject> {
    const token = await this.#credentials.token();
    const url = new URL(`${this.#server.pathname.replace(/\/$/, '')}${request.path}`, this.#server);
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers = {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : {
            'content-type': request.contentType ?? 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
    };
    const answer = await this.#exchange(url, request.method, headers, body);
    const text = await readText(answer);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return objectSchema.parse(JSON.parse(text));
    throw failure(status, text);
  }

  #exchange(
    url: URL,
    method: string,
    headers: Record<string, string>,
    body: string | undefined,
  ): Promise<IncomingMessage> {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = start(url, { method, headers, agent: this.#agent, timeout: requestTimeoutMs }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${requestTimeoutMs / 1000} s`)));
      sent.on('error', (error) => reject(new ApiError(0, 'Unreachable', `${url.host}: ${error.message}`)));
      sent.end(body);
    });
  }
}

function failure(status: number, text: string): ApiError {
  try {
    const { reason, message } = statusSchema.parse(JSON.parse(text));
    return new ApiError(status, reason ?? `HTTP${status}`, message ?? text.slice(0, 500));
  } catch {
    return new ApiError(status, `HTTP${status}`, text.slice(0, 500)); // a proxy's page, or nothing
  }
}
