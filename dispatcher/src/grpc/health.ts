import { healthMessages, readMessage, writeMessage } from '@agent-factory/contract';
import { Metadata, status, type Server, type ServerWritableStream, type UntypedHandleCall } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { byteService } from './byteService';
import { toCallStatus } from './status';

const { HealthCheckRequest, HealthCheckResponse, HealthCheckResponse_ServingStatus: Serving } = healthMessages;

type Watcher = ServerWritableStream<Buffer, Buffer>;

/** Streams of health that may be open; past it a watch is refused. */
const maxWatchers = 100;

/** The standard health service. Every service of the server, and the server itself under the empty name, serve or do not together. */
export class Health {
  readonly #names: ReadonlySet<string>;
  readonly #watchers = new Map<Watcher, string>();
  #serving = false;

  constructor(serviceNames: readonly string[]) {
    this.#names = new Set(['', ...serviceNames]);
  }

  get serving(): boolean {
    return this.#serving;
  }

  /** Tells those who watch, too. */
  set serving(serving: boolean) {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const [watcher, name] of this.#watchers) watcher.write(this.#response(name));
  }

  /** Ends every watch. */
  stop(): void {
    this.serving = false;
    for (const watcher of this.#watchers.keys()) watcher.end();
    this.#watchers.clear();
  }

  addTo(server: Server): void {
    server.addService(byteService(healthMessages.HealthDefinition), {
      check: this.#unary((bytes) => {
        const { service } = readMessage(HealthCheckRequest, bytes);
        return this.#names.has(service) ? this.#response(service) : undefined;
      }),
      list: this.#unary(() => this.#list()),
      watch: (call: Watcher) => this.#watch(call),
    });
  }

  #unary(answer: (bytes: Buffer) => Buffer | undefined): UntypedHandleCall {
    return ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      try {
        const bytes = answer(request);
        if (bytes === undefined) callback({ code: status.NOT_FOUND, details: 'no such service' });
        else callback(null, bytes);
      } catch (error) {
        callback(toCallStatus(error));
      }
    };
  }

  #watch(call: Watcher): void {
    if (this.#watchers.size >= maxWatchers) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many watches', metadata: new Metadata() });
      return;
    }
    try {
      const { service } = readMessage(HealthCheckRequest, call.request);
      this.#watchers.set(call, service);
      call.on('cancelled', () => this.#watchers.delete(call));
      call.write(this.#response(service));
    } catch (error) {
      call.emit('error', toCallStatus(error));
    }
  }

  #response(service: string): Buffer {
    return writeMessage(HealthCheckResponse, { status: this.#statusOf(service) });
  }

  #list(): Buffer {
    const statuses = Object.fromEntries([...this.#names].map((name) => [name, { status: this.#statusOf(name) }]));
    return writeMessage(healthMessages.HealthListResponse, { statuses });
  }

  #statusOf(service: string): healthMessages.HealthCheckResponse_ServingStatus {
    if (!this.#names.has(service)) return Serving.SERVICE_UNKNOWN;
    return this.#serving ? Serving.SERVING : Serving.NOT_SERVING;
  }
}
