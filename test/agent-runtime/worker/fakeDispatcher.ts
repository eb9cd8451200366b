import {
  dispatcherFrameCodec,
  workerFrameCodec,
  workMethodPath,
  type DispatcherFrame,
  type WorkerFrame,
} from '@agent-factory/contract';
import { Server, ServerCredentials, status, type ServerDuplexStream } from '@grpc/grpc-js';

type Kind = WorkerFrame['kind'];
type FrameOf<K extends Kind> = Extract<WorkerFrame, { kind: K }>;
type Duplex = ServerDuplexStream<WorkerFrame, DispatcherFrame>;

/** Resolves waiters in the order of what comes. */
class Mailbox<T> {
  #items: T[] = [];
  #waiters: { wanted: (item: T) => boolean; resolve: (item: T) => void }[] = [];

  put(item: T): void {
    const index = this.#waiters.findIndex(({ wanted }) => wanted(item));
    if (index === -1) this.#items.push(item);
    else this.#waiters.splice(index, 1)[0]?.resolve(item);
  }

  take(wanted: (item: T) => boolean = () => true): Promise<T> {
    const index = this.#items.findIndex(wanted);
    const [item] = index === -1 ? [] : this.#items.splice(index, 1);
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiters.push({ wanted, resolve }));
  }

  unread(wanted: (item: T) => boolean): T[] {
    return this.#items.filter(wanted);
  }
}

/** One agent's stream, as the dispatcher has it. */
export class FakeStream {
  readonly authorization: string;
  /** Resolves when the agent has ended its side. */
  readonly ended: Promise<void>;
  readonly #call: Duplex;
  readonly #frames = new Mailbox<WorkerFrame>();

  constructor(call: Duplex) {
    this.#call = call;
    this.authorization = String(call.metadata.get('authorization')[0] ?? '');
    call.on('data', (frame: WorkerFrame) => this.#frames.put(frame));
    call.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      call.on('end', () => {
        call.end();
        resolve();
      });
      call.on('cancelled', () => resolve());
    });
  }

  send(frame: DispatcherFrame): void {
    this.#call.write(frame);
  }

  /** The next frame of a kind; frames of other kinds stay. */
  async next<K extends Kind>(kind: K, wanted: (frame: FrameOf<K>) => boolean = () => true): Promise<FrameOf<K>> {
    const isOfKind = (frame: WorkerFrame): frame is FrameOf<K> => frame.kind === kind;
    const frame = await this.#frames.take((item) => isOfKind(item) && wanted(item));
    if (!isOfKind(frame)) throw new Error('the mailbox gave another kind');
    return frame;
  }

  unread(kind: Kind): WorkerFrame[] {
    return this.#frames.unread((frame) => frame.kind === kind);
  }

  /** Ends the stream with an error, as a dispatcher that dies does. */
  cut(): void {
    this.#call.emit('error', { code: status.UNAVAILABLE, details: 'cut' });
  }
}

/** A real gRPC server that speaks the worker protocol as a test tells it to. */
export class FakeDispatcher {
  readonly #server = new Server();
  readonly #streams = new Mailbox<FakeStream>();
  address = '';

  static async start(address = '127.0.0.1:0'): Promise<FakeDispatcher> {
    const dispatcher = new FakeDispatcher();
    await dispatcher.#listen(address);
    return dispatcher;
  }

  async #listen(address: string): Promise<void> {
    const definition = {
      work: {
        path: workMethodPath,
        requestStream: true,
        responseStream: true,
        requestSerialize: (frame: WorkerFrame) => workerFrameCodec.encode(frame),
        requestDeserialize: (bytes: Buffer) => workerFrameCodec.decode(bytes),
        responseSerialize: (frame: DispatcherFrame) => dispatcherFrameCodec.encode(frame),
        responseDeserialize: (bytes: Buffer) => dispatcherFrameCodec.decode(bytes),
      },
    };
    this.#server.addService(definition, { work: (call: Duplex) => this.#streams.put(new FakeStream(call)) });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.address = `127.0.0.1:${port}`;
  }

  /** The next connection of an agent. */
  connection(): Promise<FakeStream> {
    return this.#streams.take();
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}
