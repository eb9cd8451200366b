import { fileDescriptors, limits } from '@agent-factory/contract';
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { systemClock, type Clock } from '../clock';
import { Health } from './health';
import { addReflection } from './reflection';
import { addTaskService, type TaskServiceOptions } from './taskService';
import { WorkerService, type WorkerServiceOptions } from './worker/workerService';

/** What the gRPC server needs. Times are in milliseconds. */
export interface GrpcServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  worker: WorkerServiceOptions;
  tasks: TaskServiceOptions;
  /** Defaults to no transport security: the mesh or the machine's loopback has it. */
  credentials?: ServerCredentials;
  /** Age at which a connection is asked to go, so that rollouts and load balancers get their turn; ±10 % at random. Defaults to none. */
  maxConnectionAgeMs?: number;
  /** What streams get to end after that. Defaults to 30 s. */
  maxConnectionGraceMs?: number;
  /** How long calls get to end when the server stops. Defaults to 2 s. */
  stopMs?: number;
  clock?: Clock;
}

/** Dead connections are found in 15 s. A message holds at most a batch. */
const keepalive = { timeMs: 10_000, timeoutMs: 5_000 } as const;

/** The dispatcher's gRPC side: agents, clients, health and reflection on one port. */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #server: Server;
  readonly #worker: WorkerService;
  readonly #tasks: { stop(): void };
  readonly #health = new Health(fileDescriptors.flatMap(({ services }) => services));
  #started: Promise<number> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#server = new Server(serverOptions(options));
    this.#worker = new WorkerService(options.worker);
    this.#worker.addTo(this.#server);
    this.#tasks = addTaskService(this.#server, options.tasks);
    this.#health.addTo(this.#server);
    addReflection(this.#server, fileDescriptors, options.clock);
  }

  /** Listens; answers the port. Safe to call twice. Rejects when the port is taken. */
  start(): Promise<number> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Tells health checks to send nobody here any more, or again. */
  setServing(serving: boolean): void {
    this.#health.serving = serving;
  }

  /** Whether it listens, and tells health checks so. */
  get serving(): boolean {
    return this.#health.serving;
  }

  /** Ends streams, lets calls end, then closes. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #start(): Promise<number> {
    const { host, port, credentials = ServerCredentials.createInsecure() } = this.#options;
    // An IPv6 address stands in brackets before a port.
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const bound = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error, taken) => (error === null ? resolve(taken) : reject(error)));
    });
    this.#worker.start();
    this.#health.serving = true;
    return bound;
  }

  async #stop(): Promise<void> {
    await this.#started?.catch(() => undefined); // a server that could not start has nothing to close
    this.#health.stop();
    this.#tasks.stop();
    await this.#worker.stop();
    const { clock = systemClock, stopMs = 2_000 } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(stopMs, () => {
        this.#server.forceShutdown();
        resolve();
      });
      this.#server.tryShutdown(() => {
        cancel();
        resolve();
      });
    });
  }
}

function serverOptions({ maxConnectionAgeMs, maxConnectionGraceMs = 30_000 }: GrpcServerOptions): ServerOptions {
  return {
    'grpc.max_receive_message_length': limits.batchBytes,
    'grpc.max_send_message_length': -1,
    'grpc.keepalive_time_ms': keepalive.timeMs,
    'grpc.keepalive_timeout_ms': keepalive.timeoutMs,
    'grpc.enable_channelz': 0,
    ...(maxConnectionAgeMs === undefined
      ? {}
      : {
          'grpc.max_connection_age_ms': maxConnectionAgeMs,
          'grpc.max_connection_age_grace_ms': maxConnectionGraceMs,
        }),
  };
}
