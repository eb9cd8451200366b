import {
  dispatcherFrameCodec,
  taskIdFor,
  workerFrameCodec,
  workMethodPath,
  type AgentTypeName,
  type Assignment,
  type DispatcherFrame,
  type LeaseRef,
  type TaskResult,
  type WorkerFrame,
} from '@agent-factory/contract';
import { Client, credentials, Metadata, status, type ClientDuplexStream } from '@grpc/grpc-js';

type FrameOf<K extends DispatcherFrame['kind']> = Extract<DispatcherFrame, { kind: K }>;

/** How a stream ended. */
export interface Ending {
  code: string;
  details: string;
  factoryCode: string | undefined;
}

/** A frame that came, or a wait for one. */
interface Wait {
  kind: DispatcherFrame['kind'];
  resolve(frame: DispatcherFrame): void;
  reject(error: Error): void;
}

/** An agent made of its stream only: sends frames as bytes over a real connection, and waits for those that come. */
export class TestAgent {
  readonly ended: Promise<Ending>;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #frames: DispatcherFrame[] = [];
  readonly #waits: Wait[] = [];
  #received = 0;

  constructor(
    port: number,
    token: string | undefined,
    readonly id = 'agent-1',
    readonly type: AgentTypeName = 'python',
    readonly slots = 2,
  ) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    const same = (bytes: Buffer): Buffer => bytes;
    this.#call = this.#client.makeBidiStreamRequest(workMethodPath, same, same, metadata);
    this.#call.on('data', (bytes: Buffer) => this.#take(dispatcherFrameCodec.decode(bytes)));
    this.#call.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#call.on('status', ({ code, details, metadata: trailers }) => {
        const [factoryCode] = trailers.get('factory-code');
        const ending = { code: status[code] ?? String(code), details, factoryCode: factoryCode?.toString() };
        for (const wait of this.#waits.splice(0)) wait.reject(new Error(`the stream ended: ${JSON.stringify(ending)}`));
        resolve(ending);
      });
    });
  }

  /** Registers and waits for the answer. */
  async register(held: LeaseRef[] = []): Promise<FrameOf<'registered'>> {
    this.sendRegister(held);
    return this.next('registered');
  }

  sendRegister(held: LeaseRef[] = []): void {
    const { id, type, slots } = this;
    this.send({ kind: 'register', id, type, slots, version: '1', tools: ['shell'], confinement: 'none', held });
  }

  send(frame: WorkerFrame): void {
    this.sendBytes(workerFrameCodec.encode(frame));
  }

  sendBytes(bytes: Buffer): void {
    this.#call.write(bytes);
  }

  credits(free = this.slots): void {
    this.send({ kind: 'credits', free });
  }

  heartbeat(leases: LeaseRef[] = []): void {
    this.send({ kind: 'heartbeat', leases: leases.map(({ id, epoch }) => ({ id, epoch })), received: this.#received });
  }

  report(lease: LeaseRef, result: Partial<TaskResult> = {}): void {
    this.send({ kind: 'results', results: [{ id: lease.id, epoch: lease.epoch, result: { ...success, ...result } }] });
  }

  /** The oldest frame of a kind that nobody took yet, or the next one to come. */
  async next<K extends DispatcherFrame['kind']>(kind: K): Promise<FrameOf<K>> {
    const at = this.#frames.findIndex((frame) => frame.kind === kind);
    const [found] = at < 0 ? [] : this.#frames.splice(at, 1);
    const frame =
      found ?? (await new Promise<DispatcherFrame>((resolve, reject) => this.#waits.push({ kind, resolve, reject })));
    if (!isOf(frame, kind)) throw new Error(`waited for ${kind}, got ${frame.kind}`);
    return frame;
  }

  /** The next so many tasks, whatever frames they come in. */
  async tasks(count: number): Promise<Assignment[]> {
    const tasks: Assignment[] = [];
    while (tasks.length < count) tasks.push(...(await this.next('assignments')).tasks);
    return tasks;
  }

  /** Frames that came and that nobody took, by kind. */
  get untaken(): string[] {
    return this.#frames.map(({ kind }) => kind);
  }

  /** Ends its side properly. */
  end(): void {
    this.#call.end();
  }

  /** Cuts the connection, as a killed process would. */
  cut(): void {
    this.#call.cancel();
    this.#client.close();
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }

  #take(frame: DispatcherFrame): void {
    if (frame.kind === 'assignments') this.#received += frame.tasks.length;
    const at = this.#waits.findIndex(({ kind }) => kind === frame.kind);
    const [wait] = at < 0 ? [] : this.#waits.splice(at, 1);
    if (wait === undefined) this.#frames.push(frame);
    else wait.resolve(frame);
  }
}

export const success: TaskResult = {
  outcome: 'succeeded',
  output: { done: true },
  usage: { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 },
  tool_calls: [],
};

/** A lease on a task that is not there. */
export function ghost(type: AgentTypeName): LeaseRef {
  return { id: taskIdFor(type, '00000000000000000000000000'), epoch: 1 };
}

function isOf<K extends DispatcherFrame['kind']>(frame: DispatcherFrame, kind: K): frame is FrameOf<K> {
  return frame.kind === kind;
}
