import { dispatcherFrameCodec, FactoryError, type DispatcherFrame } from '@agent-factory/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { toCallStatus } from '../status';

/** Bounds of what waits to be sent to one agent, and of one frame. */
const outgoingLimits = { frames: 1_000, frameBytes: 16 * 1_048_576 } as const;

/** The dispatcher's side of one agent's stream. */
export interface Outgoing {
  /** Whether the stream is over; then nothing more is sent. */
  readonly closed: boolean;
  /** Sends a frame; one that would be too large goes out as several. An agent that does not read is cut off. */
  send(frame: DispatcherFrame): void;
  /** Ends the stream properly. */
  end(): void;
  /** Ends the stream with an error. */
  fail(error: unknown): void;
}

/** Writes frames to a call. */
export class CallOutgoing implements Outgoing {
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  #closed = false;

  constructor(call: ServerDuplexStream<Buffer, Buffer>) {
    this.#call = call;
  }

  get closed(): boolean {
    return this.#closed || this.#call.cancelled;
  }

  send(frame: DispatcherFrame): void {
    for (const bytes of encodeFrame(frame)) {
      if (this.closed) return;
      if (this.#call.writableLength >= outgoingLimits.frames) {
        this.fail(new FactoryError('STREAM_LIMIT', 'the agent does not read its stream'));
        return;
      }
      this.#call.write(bytes);
    }
  }

  end(): void {
    if (this.closed) return;
    this.#closed = true;
    this.#call.end();
  }

  fail(error: unknown): void {
    if (this.closed) return;
    this.#closed = true;
    this.#call.emit('error', toCallStatus(error));
  }
}

/** A frame as bytes: several, when its assignments would not fit into one. */
export function encodeFrame(frame: DispatcherFrame, maxBytes: number = outgoingLimits.frameBytes): Buffer[] {
  const bytes = dispatcherFrameCodec.encode(frame);
  if (bytes.length <= maxBytes || frame.kind !== 'assignments' || frame.tasks.length < 2) return [bytes];
  const middle = Math.ceil(frame.tasks.length / 2);
  return [frame.tasks.slice(0, middle), frame.tasks.slice(middle)].flatMap((tasks) =>
    encodeFrame({ ...frame, tasks }, maxBytes),
  );
}
