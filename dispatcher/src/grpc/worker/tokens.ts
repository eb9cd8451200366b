import type { Authenticator } from '../../auth/port';
import type { Logger } from '../../log';
import type { Clock } from '../../clock';
import type { Session } from './session';

/** Share of its life after which a token is replaced, and the pause after a replacement that failed, in milliseconds. */
const renewal = { share: 0.6, retryMs: 5_000 } as const;

/** Sends an agent a new token before the one it has expires; the answer stops that. */
export function keepTokenFresh(
  session: Session,
  expiresAt: Date,
  options: { authenticator: Pick<Authenticator, 'issueAgentToken'>; clock: Clock; log: Logger },
): () => void {
  const { authenticator, clock, log } = options;
  let stopped = false;
  let cancel: () => void = () => undefined;
  const replace = async (): Promise<void> => {
    try {
      const next = await authenticator.issueAgentToken(session.id, session.type);
      if (stopped) return;
      session.out.send({ kind: 'token', token: next.token, token_expires_at: next.expiresAt.toISOString() });
      plan(next.expiresAt);
    } catch (error) {
      log.error({ err: error, agent_id: session.id }, 'a token could not be issued');
      if (!stopped) cancel = clock.after(renewal.retryMs, () => void replace());
    }
  };
  const plan = (expiry: Date): void => {
    const life = Math.max(0, expiry.getTime() - clock.now());
    cancel = clock.after(Math.max(renewal.share * life, 1), () => void replace());
  };
  plan(expiresAt);
  return () => {
    stopped = true;
    cancel();
  };
}
