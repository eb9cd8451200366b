import { workerFrameCodec, type WorkerFrame } from '@agent-factory/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { coalesced } from '../../coalesced';

/** Frames that may wait while one is handled; past it, reading stops until they are done, and HTTP/2 holds the sender back. */
export const maxWaitingFrames = 16;

export interface IncomingHandlers {
  /** Handles one frame, which took so many bytes; the next one waits for it. An error ends the reading. */
  frame(frame: WorkerFrame, bytes: number): Promise<void>;
  /** A frame could not be read or handled. */
  failed(error: unknown): void;
  /** No frame is handled any more and none will be. Called once. */
  over(): void;
}

/** Hands the frames of a call to a handler, one after the other. */
export function readFrames(call: ServerDuplexStream<Buffer, Buffer>, handlers: IncomingHandlers): void {
  const waiting: Buffer[] = [];
  let ending = false;
  let told = false;

  const over = (): void => {
    if (told) return;
    told = true;
    handlers.over();
  };
  const close = (): void => {
    ending = true;
    void handling.idle().then(over);
  };
  const handling = coalesced(async () => {
    try {
      for (let bytes = waiting.shift(); bytes !== undefined; bytes = waiting.shift()) {
        if (waiting.length < maxWaitingFrames && call.isPaused()) call.resume();
        await handlers.frame(workerFrameCodec.decode(bytes), bytes.length);
      }
    } catch (error) {
      waiting.length = 0;
      close();
      handlers.failed(error);
    }
  });

  call.on('data', (bytes: Buffer) => {
    if (ending) return;
    waiting.push(bytes);
    if (waiting.length >= maxWaitingFrames) call.pause();
    void handling.ask();
  });
  call.on('end', close);
  call.on('cancelled', close);
  // Our own end of the stream, with or without an error: nothing more is read.
  call.on('error', close);
  call.on('finish', close);
}
