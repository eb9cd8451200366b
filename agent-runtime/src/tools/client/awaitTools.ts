import { once } from 'node:events';
import { createConnection } from 'node:net';
import { FactoryError } from '@agent-factory/contract';
import { wait, type Clock } from '../../clock';
import { errorCode } from '../../errorCode';

/** How long a tools container may take to open its socket, and how often it is tried. */
const patience = { ms: 30_000, eachMs: 250 } as const;

/** Waits until the tools container answers on its socket. Throws INVALID_ARGUMENT after half a minute: then the two see different folders. */
export async function awaitTools(socketPath: string, clock: Clock): Promise<void> {
  const deadline = clock.now() + patience.ms;
  for (;;) {
    const why = await fault(socketPath);
    if (why === undefined) return;
    if (clock.now() >= deadline)
      throw new FactoryError(
        'INVALID_ARGUMENT',
        `the tools container does not answer on ${socketPath} (${why}): both containers must share that folder; under gVisor outside GKE, containerd must hand on the annotations dev.gvisor.*`,
      );
    await wait(clock, patience.eachMs, new AbortController().signal);
  }
}

async function fault(path: string): Promise<string | undefined> {
  const socket = createConnection({ path });
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return errorCode(error) ?? 'no answer';
  } finally {
    socket.destroy();
  }
}
