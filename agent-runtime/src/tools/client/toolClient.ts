import { FactoryError, isToolName, parseOrThrow, toolCatalogue, type Json } from '@agent-factory/contract';
import { FrameStream } from '../frameStream';
import { answerFrameSchema, toolListingSchema, type AnswerFrame, type RequestFrame } from '../protocol';
import type {
  ToolCallOutcome,
  ToolCallRequest,
  ToolListing,
  ToolSession,
  ToolSessionOptions,
  UnpackRequest,
} from '../session';
import { openConnection, type Connected } from './connector';
import { failed, fromError, PendingCalls, type Work } from './pendingCalls';

const maxRestarts = 5;
const defaultTimeoutMs = 300_000;
const marginMs = 15_000;
/** How long the tools process may take over its timeout or a cancellation before it counts as hung. */
const graceMs = 5_000;
const welcomeMs = 15_000;

interface Live {
  connection: Connected;
  frames: FrameStream<typeof answerFrameSchema>;
  calls: PendingCalls;
}

/** The agent's side of a tool session. */
export class ToolClient implements ToolSession {
  #live: Promise<Live> | undefined;
  #starts = 0;
  #stopping: Promise<void> | undefined;
  readonly #onAbort = (): void => void this.stop();

  constructor(private readonly options: ToolSessionOptions) {
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Opens the first connection. */
  async start(): Promise<void> {
    if (this.options.signal.aborted) await this.stop();
    await this.#connect().catch(async (error: unknown) => {
      await this.stop();
      throw error;
    });
  }

  async tools(): Promise<ToolListing> {
    const answer = await this.#run((id) => ({ kind: 'list', id, timeout_ms: 120_000 }), { timeoutMs: 120_000 });
    if (answer.outcome !== 'ok') throw new FactoryError(answer.code, answer.message);
    return parseOrThrow(toolListingSchema, answer.output, 'TOOL_FAILED');
  }

  async call(request: ToolCallRequest): Promise<ToolCallOutcome> {
    const { tool } = request;
    const known = isToolName(tool) ? toolCatalogue[tool] : undefined;
    let own = defaultTimeoutMs;
    if (known !== undefined) {
      const input = known.input.safeParse(request.input);
      // The server parses too and names the faults; here only the time that the tool gives itself is of interest.
      if (input.success && 'timeout_ms' in input.data) own = input.data.timeout_ms + marginMs;
    }
    const timeoutMs = request.timeoutMs ?? own;
    const answer = await this.#run((id) => ({ kind: 'call', id, tool, input: request.input, timeout_ms: timeoutMs }), {
      ...request,
      timeoutMs,
    });
    if (answer.outcome !== 'ok' || known === undefined) return answer;
    const output = known.output.safeParse(answer.output);
    if (!output.success) return failed('error', 'TOOL_FAILED', `the answer of ${tool} does not fit its schema`);
    return { outcome: 'ok', output: output.data as Json }; // the schemas describe JSON; only optional fields keep the types apart
  }

  unpack(request: UnpackRequest): Promise<ToolCallOutcome> {
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
    const { file, into, kind: format } = request;
    return this.#run((id) => ({ kind: 'unpack', id, file, into, format, timeout_ms: timeoutMs }), {
      ...request,
      timeoutMs,
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.options.signal.removeEventListener('abort', this.#onAbort);
      const live = await this.#live?.catch(() => undefined);
      live?.calls.endAll(failed('cancelled', 'TASK_CANCELLED', 'the tool session was stopped'));
      await live?.connection.close();
    })();
    return this.#stopping;
  }

  async #run(frame: (id: number) => RequestFrame, work: Work): Promise<ToolCallOutcome> {
    if (work.signal?.aborted === true) return failed('cancelled', 'TASK_CANCELLED', 'the call was cancelled');
    try {
      const live = await this.#connect();
      return await live.calls.run(work, {
        send: (id) => live.frames.send(frame(id)),
        cancel: (id) => live.frames.send({ kind: 'cancel', id } satisfies RequestFrame),
        abandon: () => void live.connection.close(),
        graceMs,
      });
    } catch (error) {
      return fromError(error);
    }
  }

  #connect(): Promise<Live> {
    if (this.#stopping !== undefined)
      return Promise.reject(new FactoryError('TASK_CANCELLED', 'the tool session was stopped'));
    if (this.#live !== undefined) return this.#live;
    if (this.#starts > maxRestarts)
      return Promise.reject(new FactoryError('TOOL_FAILED', `the tools process ended ${this.#starts} times`));
    this.#starts += 1;
    const opening = this.#open();
    this.#live = opening;
    const forget = (): void => {
      if (this.#live === opening) this.#live = undefined;
    };
    opening.then(({ frames }) => frames.socket.once('close', forget), forget);
    return opening;
  }

  async #open(): Promise<Live> {
    const connection = await openConnection(this.options);
    const calls = new PendingCalls();
    const { promise: welcome, resolve, reject } = Promise.withResolvers<void>();
    const onFrame = (frame: AnswerFrame): void => {
      if (frame.kind === 'welcome') resolve();
      else if (frame.kind === 'log') this.options.onLog(frame.text);
      else calls.answer(frame);
    };
    const frames = new FrameStream(connection.socket, answerFrameSchema, onFrame, (fault) =>
      this.options.onLog(`tools: ${fault.slice(0, 1_000)}`),
    );
    const onEnd = async (): Promise<void> => {
      await connection.close(); // first: the process's own words come with its end
      const message = `the tools process ended: ${connection.ending()}`;
      calls.endAll(failed('error', 'TOOL_FAILED', message));
      reject(new FactoryError('TOOL_FAILED', message));
    };
    connection.socket.once('close', () => void onEnd());
    const late = setTimeout(() => connection.socket.destroy(), welcomeMs);
    frames.send({
      kind: 'hello',
      workspace: connection.workspace,
      egress_socket: connection.egressSocket,
      mcp_servers: this.options.mcpServers,
      memory_bytes: this.options.memoryBytes ?? null,
    } satisfies RequestFrame);
    await welcome.finally(() => clearTimeout(late));
    return { connection, frames, calls };
  }
}
