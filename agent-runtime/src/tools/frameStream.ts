import type { Socket } from 'node:net';
import type { z } from 'zod';
import { encodeFrame, FrameDecoder } from './framing';
import { messageOf } from './errors';

/** Bytes that may wait to be sent before the other side counts as gone. */
const maxUnsentBytes = 67_108_864;

/** Frames over a socket, each parsed by `schema`. A frame that does not fit ends the connection: the other side is not ours. */
export class FrameStream<S extends z.ZodType> {
  readonly #decoder = new FrameDecoder();

  constructor(
    readonly socket: Socket,
    schema: S,
    onFrame: (frame: z.output<S>) => void,
    onFault: (message: string) => void,
  ) {
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const raw of this.#decoder.push(chunk)) onFrame(schema.parse(raw));
      } catch (error) {
        onFault(messageOf(error));
        socket.destroy();
      }
    });
    socket.on('error', (error) => onFault(error.message)); // 'close' follows
  }

  /** Sends a frame; false when the connection is gone or does not drain. Throws a RangeError when the frame is too large. */
  send(frame: unknown): boolean {
    const bytes = encodeFrame(frame);
    if (this.socket.destroyed || !this.socket.writable) return false;
    if (this.socket.writableLength > maxUnsentBytes) {
      this.socket.destroy(new Error('the other side does not read'));
      return false;
    }
    this.socket.write(bytes);
    return true;
  }
}
