import type { AgentTypeName, Scope } from '@agent-factory/contract';

/** Who calls, as proven by a token. */
export interface Principal {
  /** Name of the person or program; the implicit crew and submitter of its tasks. */
  subject: string;
  scopes: ReadonlySet<Scope>;
  /** When the token was issued to an agent: its id and type. */
  agent?: { id: string; type: string };
  /** When a static token is bound to one agent type: the only type that may register with it. */
  registersAs?: AgentTypeName;
}

export interface Authenticator {
  /** The caller behind `Authorization`. Throws UNAUTHENTICATED; never says which part was wrong, compares in constant time. */
  authenticate(authorization: string | undefined): Promise<Principal>;
  /** Issues the short-lived token of a registered agent (5 minutes). */
  issueAgentToken(agentId: string, type: string): Promise<{ token: string; expiresAt: Date }>;
}
