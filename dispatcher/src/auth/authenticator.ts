import { FactoryError } from '@agent-factory/contract';
import type { DispatcherFile } from '../config';
import { signAgentToken, verifyAgentToken } from './agentTokens';
import type { Authenticator, Principal } from './port';
import { bearerToken, findByToken } from './token';

/**
 * Knows the static tokens of the configuration and the tokens that it issues to agents.
 * `now` is in milliseconds since 1970.
 */
export function createAuthenticator(
  { tokens, signing_key: signingKey }: Pick<DispatcherFile, 'tokens' | 'signing_key'>,
  now: () => number = Date.now,
): Authenticator {
  const key = Buffer.from(signingKey, 'base64');
  const entries = tokens.map(({ subject, sha256, scopes, agent_type: agentType }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: {
      subject,
      scopes: new Set(scopes),
      ...(agentType === undefined ? {} : { registersAs: agentType }),
    } satisfies Principal,
  }));
  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const principal =
        token === undefined
          ? undefined
          : (findByToken(entries, token)?.principal ?? (await verifyAgentToken(key, token, now())));
      if (principal === undefined) throw new FactoryError('UNAUTHENTICATED', 'no valid bearer token was given');
      return principal;
    },
    issueAgentToken: (id, type) => signAgentToken(key, { id, type }, now()),
  };
}
