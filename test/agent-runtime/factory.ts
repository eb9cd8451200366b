import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { agentScopes, operatorScopes, taskSchema, type Task, type TaskSpecInput } from '@agent-factory/contract';
import { pino } from 'pino';
import {
  createDispatcher,
  dispatcherFileSchema,
  tokenHash,
  type Dispatcher,
  type DispatcherFileInput,
} from '../../dispatcher/src';
import type { DispatcherConfig } from '../../dispatcher/src/config';
import { startRedis, type RedisServer } from '../support/redis';

const silent = pino({ level: 'silent' });
const node = resolve('node_modules/.bin/node');

/** A running agent process. */
export interface AgentProcess {
  id: string;
  child: ChildProcess;
  /** What it wrote to stdout and stderr so far. */
  output: () => string;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** What makes an agent another than the cli's. */
export interface AgentOptions {
  env?: Record<string, string>;
  user?: { uid: number; gid: number };
}

/** A dispatcher in this process on a Redis of its own, and agents as the cli starts them: from their bundle, with a channel. */
export class Factory {
  readonly #folder: string;
  readonly #redis: RedisServer;
  readonly #config: DispatcherConfig;
  #dispatcher: Dispatcher;
  readonly #agents: AgentProcess[] = [];

  private constructor(folder: string, redis: RedisServer, config: DispatcherConfig) {
    this.#folder = folder;
    this.#redis = redis;
    this.#config = config;
    this.#dispatcher = createDispatcher(config, { logger: silent });
  }

  static async start(file: Partial<DispatcherFileInput> = {}): Promise<Factory> {
    const folder = await mkdtemp(join(tmpdir(), 'factory-'));
    const build = promisify(execFile)(node, ['agent-runtime/build.mjs', join(folder, 'bundle')]);
    const [redis] = await Promise.all([startRedis(), build]);
    await mkdir(join(folder, 'artifacts'));
    await writeFile(join(folder, 'token'), 'agent-token');
    const factory = new Factory(folder, redis, {
      redisUrl: redis.url,
      listenHost: '127.0.0.1',
      httpPort: 0,
      grpcPort: 0,
      artifactDir: join(folder, 'artifacts'),
      logLevel: 'silent',
      file: dispatcherFileSchema.parse({
        signing_key: randomBytes(32).toString('base64'),
        tokens: [
          { subject: 'tester', sha256: tokenHash('user-token'), scopes: [...operatorScopes] },
          { subject: 'agents', sha256: tokenHash('agent-token'), scopes: [...agentScopes] },
        ],
        ...file,
      }),
    });
    await factory.#dispatcher.start();
    return factory;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#dispatcher.httpPort}`;
  }

  /** Folder of this factory: `bundle` with the programs, `token`, and what tests add. */
  get folder(): string {
    return this.#folder;
  }

  get workspaces(): string {
    return join(this.#folder, 'work');
  }

  /** Stops the dispatcher and starts another on the same ports. */
  async restartDispatcher(): Promise<void> {
    const { httpPort, grpcPort } = this.#dispatcher;
    await this.#dispatcher.stop();
    this.#dispatcher = createDispatcher({ ...this.#config, httpPort, grpcPort }, { logger: silent });
    await this.#dispatcher.start();
  }

  /** Starts an agent and waits until it says that it is ready. `more`: further or other variables, and whom it runs as. */
  async agent(id: string, type: string, more: AgentOptions = {}): Promise<AgentProcess> {
    const child = spawn(node, [join(this.#folder, 'bundle', 'agent.cjs')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...more.user,
      env: {
        PATH: process.env['PATH'],
        AGENT_ID: id,
        AGENT_TYPE: type,
        AGENT_TOKEN_FILE: join(this.#folder, 'token'),
        FACTORY_URL: this.url,
        FACTORY_GRPC: `127.0.0.1:${this.#dispatcher.grpcPort}`,
        WORKSPACE_ROOT: this.workspaces,
        ...more.env,
      },
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const agent = { id, child, output: () => text, exited };
    this.#agents.push(agent);
    const [message] = await Promise.race([
      once(child, 'message'),
      exited.then((how) => Promise.reject(new Error(`${id} ended: ${JSON.stringify(how)}\n${text}`))),
    ]);
    expect(message).toEqual({ ready: true, agent_id: id });
    return agent;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', 'Bearer user-token');
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  async submit(spec: TaskSpecInput): Promise<Task> {
    const headers = { 'content-type': 'application/json' };
    const response = await this.fetch('/v1/tasks', { method: 'POST', headers, body: JSON.stringify(spec) });
    const body = await json(response);
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return taskSchema.parse(body);
  }

  async task(id: string): Promise<Task> {
    return taskSchema.parse(await json(await this.fetch(`/v1/tasks/${id}`)));
  }

  /** Reads the events of a task until one of them satisfies; answers all of them so far. */
  async eventsUntil(id: string, wanted: (event: TaskEvent) => boolean): Promise<TaskEvent[]> {
    const abort = new AbortController();
    const response = await this.fetch(`/v1/tasks/${id}/events`, { signal: abort.signal });
    const seen: TaskEvent[] = [];
    let text = '';
    try {
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
          const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1];
          text = text.slice(end + 2);
          if (data === undefined) continue;
          const event = JSON.parse(data) as TaskEvent; // what the API documents
          seen.push(event);
          if (wanted(event)) return seen;
        }
      }
    } finally {
      abort.abort();
    }
    throw new Error(`the events ended: ${JSON.stringify(seen)}`);
  }

  /** The task once it has ended. */
  async ended(id: string): Promise<{ task: Task; events: TaskEvent[] }> {
    const events = await this.eventsUntil(id, ({ kind }) => ['succeeded', 'failed', 'cancelled'].includes(kind));
    return { task: await this.task(id), events };
  }

  async stop(): Promise<void> {
    for (const { child } of this.#agents) child.kill('SIGKILL');
    await Promise.all(this.#agents.map(({ exited }) => exited));
    await this.#dispatcher.stop();
    await this.#redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Not `response.json()`: that makes objects of Node's realm, which are none of the contract's plain objects inside jest. */
async function json(response: Response): Promise<unknown> {
  return JSON.parse(await response.text());
}

export interface TaskEvent {
  kind: string;
  message?: string;
  data?: unknown;
  agent_id?: string;
}
