import { FactoryError } from '@agent-factory/contract';
import type { DispatcherFile } from '../config';
import { signAgentToken, verifyAgentToken } from './agentTokens';
import type { Authenticator, Principal } from './port';
import { bearerToken, findByToken } from './token';

/** Knows the static tokens of the configuration, and nothing else. */
export function createStaticAuthenticator({
  tokens,
}: Pick<DispatcherFile, 'tokens'>): Pick<Authenticator, 'authenticate'> {
  const find = staticTokens(tokens);
  return {
    async authenticate(authorization) {
      return known(find(bearerToken(authorization)));
    },
  };
}

/**
 * Knows the static tokens of the configuration and the tokens that it issues to agents.
 * `now` is in milliseconds since 1970. Throws INVALID_ARGUMENT without a key to sign with.
 */
export function createAuthenticator(
  { tokens, signing_key: signingKey }: Pick<DispatcherFile, 'tokens' | 'signing_key'>,
  now: () => number = Date.now,
): Authenticator {
  if (signingKey === undefined) throw new FactoryError('INVALID_ARGUMENT', 'signing_key: is needed to issue tokens');
  const key = Buffer.from(signingKey, 'base64');
  const find = staticTokens(tokens);
  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      return known(find(token) ?? (token === undefined ? undefined : await verifyAgentToken(key, token, now())));
    },
    issueAgentToken: (id, type) => signAgentToken(key, { id, type }, now()),
  };
}

function staticTokens(tokens: DispatcherFile['tokens']): (token: string | undefined) => Principal | undefined {
  const entries = tokens.map(({ subject, sha256, scopes, agent_type: agentType }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: {
      subject,
      scopes: new Set(scopes),
      ...(agentType === undefined ? {} : { registersAs: agentType }),
    } satisfies Principal,
  }));
  return (token) => (token === undefined ? undefined : findByToken(entries, token)?.principal);
}

function known(principal: Principal | undefined): Principal {
  if (principal === undefined) throw new FactoryError('UNAUTHENTICATED', 'no valid bearer token was given');
  return principal;
}
