import { workerFrameCodec, type WorkerFrame } from '@agent-factory/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';

/** Frames that may wait while one is handled; past it, reading stops until they are done, and HTTP/2 holds the sender back. */
export const maxWaitingFrames = 16;

export interface IncomingHandlers {
  /** Handles one frame, which took so many bytes; the next one waits for it. An error ends the reading. */
  frame(frame: WorkerFrame, bytes: number): Promise<void>;
  /** A frame could not be read or handled. */
  failed(error: unknown): void;
  /** No frame is handled any more and none will be. `proper` when the agent ended its side itself. Called once. */
  over(proper: boolean): void;
}

/** Hands the frames of a call to a handler, one after the other. */
export function readFrames(call: ServerDuplexStream<Buffer, Buffer>, handlers: IncomingHandlers): void {
  const waiting: Buffer[] = [];
  let busy = false;
  let ending: { proper: boolean } | undefined;

  const step = async (): Promise<void> => {
    for (let bytes = waiting.shift(); bytes !== undefined; bytes = waiting.shift()) {
      if (waiting.length < maxWaitingFrames && call.isPaused()) call.resume();
      await handlers.frame(workerFrameCodec.decode(bytes), bytes.length);
    }
  };
  const pump = (): void => {
    if (busy) return;
    busy = true;
    step()
      .catch((error: unknown) => {
        waiting.length = 0;
        ending ??= { proper: false };
        handlers.failed(error);
      })
      .finally(() => {
        busy = false;
        if (ending !== undefined) over(ending.proper);
      });
  };
  let told = false;
  const over = (proper: boolean): void => {
    if (told) return;
    told = true;
    handlers.over(proper);
  };
  const close = (proper: boolean): void => {
    ending ??= { proper };
    if (!busy) over(ending.proper);
  };

  call.on('data', (bytes: Buffer) => {
    if (ending !== undefined) return;
    waiting.push(bytes);
    if (waiting.length >= maxWaitingFrames) call.pause();
    pump();
  });
  call.on('end', () => close(true));
  call.on('cancelled', () => close(false));
  // Our own end of the stream, with or without an error: nothing more is read.
  call.on('error', () => close(false));
  call.on('finish', () => close(false));
}
