import { FactoryError } from '@agent-factory/contract';

/** Holds the short-lived token of this agent; each frame that brings a new one replaces it. Never printed. */
export class TokenHolder {
  #token: string | undefined;

  replace(token: string): void {
    this.#token = token;
  }

  /** Throws UNAUTHENTICATED before the first registration. */
  current(): string {
    if (this.#token === undefined) throw new FactoryError('UNAUTHENTICATED', 'the agent is not registered yet');
    return this.#token;
  }
}
