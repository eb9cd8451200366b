import { FactoryError, type WorkerFrame } from '@agent-factory/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Logger } from '../../log';
import type { Clock } from '../../clock';
import { readFrames } from './incoming';
import type { Registration, Session } from './session';
import { CallOutgoing, type Outgoing } from './stream';

type Register = Extract<WorkerFrame, { kind: 'register' }>;
type Later = Exclude<WorkerFrame, Register>;

export interface ConnectionOptions {
  /** Registers the agent, or throws. `agent` goes without the leases that it says it holds. */
  register(agent: Registration, held: Register['held'], out: Outgoing): Promise<Session>;
  answer(session: Session, frame: Later, bytes: number): Promise<void>;
  /** The stream is over; called once, with the session when the agent was registered. */
  over(session: Session | undefined): void;
  clock: Clock;
  log: Logger;
  /** How long the first frame may take. */
  registerMs: number;
  /** How long an agent may be silent: several heartbeats. */
  silenceMs: number;
}

/** One stream of an agent from its first frame to its end. */
export function openConnection(call: ServerDuplexStream<Buffer, Buffer>, options: ConnectionOptions): Outgoing {
  const { clock, log, registerMs, silenceMs } = options;
  const out = new CallOutgoing(call);
  let session: Session | undefined;
  let cancelTimer = (): void => undefined;
  const expect = (withinMs: number, detail: string): void => {
    cancelTimer();
    cancelTimer = clock.after(withinMs, () => out.fail(new FactoryError('REQUEST_TIMEOUT', detail)));
  };

  const frame = async (next: WorkerFrame, bytes: number): Promise<void> => {
    expect(silenceMs, `nothing was heard of the agent for ${silenceMs} ms`);
    if (session === undefined) {
      if (next.kind !== 'register')
        throw new FactoryError('INVALID_ARGUMENT', `kind: the first frame is ${next.kind}, not register`);
      const { kind: _kind, held, ...agent } = next;
      session = await options.register(agent, held, out);
    } else if (next.kind === 'register') {
      throw new FactoryError('INVALID_ARGUMENT', 'kind: the agent is registered already');
    } else {
      await options.answer(session, next, bytes);
    }
  };

  readFrames(call, {
    frame,
    failed: (error) => {
      if (!(error instanceof FactoryError)) log.error({ err: error, agent_id: session?.id }, 'a frame failed');
      out.fail(error);
    },
    over: () => {
      cancelTimer();
      out.end();
      options.over(session);
    },
  });
  expect(registerMs, `the agent did not register within ${registerMs} ms`);
  return out;
}
