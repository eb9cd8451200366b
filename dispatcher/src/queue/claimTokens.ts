import { randomBytes } from 'node:crypto';

/** Claims without an answer that are remembered; past it the oldest is forgotten, and what it leased comes back when its lease ends. */
const rememberedClaims = 10_000;

/** Names claims, so that one whose answer was lost can be asked for again instead of made anew. */
export class ClaimTokens {
  readonly #prefix = randomBytes(9).toString('base64url');
  readonly #unanswered = new Map<string, string>();
  #made = 0;

  /** The token for the next claim of an agent: of one that went without an answer, to be asked `again`, or a new one. */
  next(agentId: string): { token: string; again: boolean } {
    const before = this.#unanswered.get(agentId);
    if (before !== undefined) return { token: before, again: true };
    this.#made += 1;
    return { token: `${this.#prefix}${this.#made.toString(36)}`, again: false };
  }

  answered(agentId: string): void {
    this.#unanswered.delete(agentId);
  }

  unanswered(agentId: string, token: string): void {
    const [oldest] = this.#unanswered.size < rememberedClaims ? [] : this.#unanswered.keys();
    if (oldest !== undefined) this.#unanswered.delete(oldest);
    this.#unanswered.set(agentId, token);
  }
}
