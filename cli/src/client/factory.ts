import {
  agentListSchema,
  artifactSchema,
  type batchItemSchema,
  batchResultSchema,
  healthSchema,
  modelListSchema,
  taskListSchema,
  taskSchema,
  typeListSchema,
  type Agent,
  type Artifact,
  type BatchResult,
  type FactoryEvent,
  type ModelList,
  type Task,
  type TaskList,
  type TaskSpecInput,
  type TypeStatus,
} from '@agent-factory/contract';
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import type { z } from 'zod';
import { systemClock } from '../local/clock';
import { submitAll } from './batch';
import { follow, type FollowOptions } from './follow';
import { Http, type Endpoint, type HttpOptions } from './http';
import { patient } from './retry';
import { routes } from './routes';

/** Filters of a list of tasks. */
export interface TaskFilters {
  type?: string | undefined;
  state?: string | undefined;
  crew?: string | undefined;
  label?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Everything the CLI asks of a dispatcher. Each call can be repeated: what is submitted carries an idempotency key. */
export class FactoryClient {
  private readonly http: Http;

  constructor(
    endpoint: Endpoint,
    private readonly options: HttpOptions = {},
  ) {
    this.http = new Http(endpoint, options);
  }

  get url(): string {
    return this.http.endpoint.url;
  }

  submit(spec: TaskSpecInput, idempotencyKey: string = randomUUID()): Promise<Task> {
    return this.http.call(taskSchema, routes.tasks, { method: 'POST', json: spec, idempotencyKey });
  }

  /** Give every item an idempotency key: the batch, or items that were refused for a reason that passes, may be sent more than once. */
  submitBatch(tasks: readonly z.input<typeof batchItemSchema>[]): Promise<BatchResult> {
    const { policy = patient, clock = systemClock, signal } = this.options;
    const send = (items: readonly z.input<typeof batchItemSchema>[]): Promise<BatchResult> =>
      this.http.call(batchResultSchema, routes.batch, {
        method: 'POST',
        json: { tasks: items },
        timeoutMs: 60_000,
      });
    return submitAll(tasks, { send, policy, clock, signal });
  }

  task(id: string): Promise<Task> {
    return this.http.call(taskSchema, routes.task(id));
  }

  tasks(filters: TaskFilters): Promise<TaskList> {
    return this.http.call(taskListSchema, routes.tasks, { query: { ...filters } });
  }

  cancel(id: string): Promise<Task> {
    return this.http.call(taskSchema, routes.cancel(id), { method: 'POST' });
  }

  async agents(type?: string): Promise<Agent[]> {
    return (await this.http.call(agentListSchema, routes.agents, { query: { type } })).agents;
  }

  async types(): Promise<TypeStatus[]> {
    return (await this.http.call(typeListSchema, routes.types)).types;
  }

  async models(): Promise<ModelList['data']> {
    return (await this.http.call(modelListSchema, routes.models)).data;
  }

  health(): Promise<z.output<typeof healthSchema>> {
    return this.http.call(healthSchema, routes.ready);
  }

  /** Uploads a file whose digest (`sha256:{hex}`) is known. */
  async putArtifact(digest: string, file: string): Promise<Artifact> {
    return this.http.call(artifactSchema, routes.artifact(digest), {
      method: 'PUT',
      body: await openAsBlob(file),
      timeoutMs: 300_000,
    });
  }

  /** Events of one task with its log, to its end. */
  taskEvents(id: string, options: FollowOptions): AsyncGenerator<FactoryEvent, void, undefined> {
    return follow(this.http, routes.taskEvents(id), { endsByItself: true, ...options });
  }

  /** Events of all tasks, without log lines. */
  events(options: FollowOptions): AsyncGenerator<FactoryEvent, void, undefined> {
    return follow(this.http, routes.events, options);
  }
}
