import type { DispatcherFrame, WorkerFrame } from '@agent-factory/contract';

/** One open stream to the dispatcher. */
export interface FrameStream {
  /** Queues a frame; answers false when the stream asks to wait for `writable` before more logs are sent. */
  send(frame: WorkerFrame): boolean;
  /** Ends the stream once what was sent has left; `closed` follows. Can be called twice. */
  end(): void;
  /** Ends the stream at once. Can be called twice. */
  destroy(): void;
}

/** What a stream tells. After `closed` it tells nothing more. */
export interface FrameHandlers {
  frame(frame: DispatcherFrame): void;
  writable(): void;
  /** With an error unless the dispatcher ended the stream properly. */
  closed(error: Error | undefined): void;
}

/** Opens a stream; a rejection counts as a failed connection. */
export type OpenStream = (handlers: FrameHandlers) => Promise<FrameStream>;
