import type { Health, ModelList } from '@agent-factory/contract';
import type { ArtifactStore } from '../artifacts/port';
import type { Authenticator } from '../auth/port';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { TaskService } from '../tasks/taskService';
import type { Lifecycle } from './lifecycle';
import type { SseOptions } from './sse';
import type { StreamSet } from './streams';
import type { App } from './types';

/** What the HTTP server is built from. */
export interface HttpDeps {
  version: string;
  logger: Logger;
  metrics: Metrics;
  authenticator: Pick<Authenticator, 'authenticate'>;
  lifecycle: Lifecycle;
  /** Whether the dispatcher can serve, and why not. Never throws, always answers in time. */
  health: () => Promise<Health>;
  /** Who may read /metrics. */
  metricsAccess: 'token' | 'open';
  /** Brings gauges up to date before they are read; bounded in time, never throws. */
  collectGauges: () => Promise<void>;
  /** What the role `serve` adds; without it only health, metrics and documents are served. */
  serve?: ServeDeps;
  /** Adds further routes, such as those of the model gateway, before the server is ready. */
  extend?: (app: App) => Promise<void>;
}

/** What the task API is built from. */
export interface ServeDeps {
  service: TaskService;
  artifacts: ArtifactStore;
  streams: StreamSet;
  /** Each throws CURSOR_INVALID on a cursor that no event of its kind of stream has. */
  checkCursor: { task: (cursor: string) => unknown; all: (cursor: string) => unknown };
  listModels: () => ModelList;
  sse?: SseOptions;
}
