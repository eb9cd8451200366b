import { createConnection } from 'node:net';
import { FactoryError } from '@agent-factory/contract';
import { FrameStream } from '../frameStream';
import { answerFrameSchema, type RequestFrame } from '../protocol';

/** How long a tools container may take to remove a folder. */
const patienceMs = 120_000;

/**
 * Has the tools container remove a folder below the shared workspace root: what its programs made belongs to its user, and they may have taken
 * away the rights of the group. Fine when there is nothing. Throws TOOL_FAILED when the container does not do it in two minutes.
 */
export async function removeShared(socketPath: string, path: string): Promise<void> {
  const socket = createConnection({ path: socketPath });
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => reject(new FactoryError('TOOL_FAILED', `${path} cannot be removed: ${why}`));
      socket.setTimeout(patienceMs, () => fail('no answer'));
      const frames = new FrameStream(
        socket,
        answerFrameSchema,
        (frame) => {
          if (frame.kind === 'ok') resolve();
          else if (frame.kind === 'failed') fail(frame.message);
        },
        fail,
      );
      socket.once('close', () => fail('the tools container ended the connection'));
      frames.send({ kind: 'remove', id: 1, path, timeout_ms: patienceMs } satisfies RequestFrame);
    });
  } finally {
    socket.destroy();
  }
}
