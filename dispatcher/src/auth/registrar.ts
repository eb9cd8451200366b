import { FactoryError } from '@agent-factory/contract';
import { decodeJwt, type JWTVerifyGetKey } from 'jose';
import type { Logger } from '../log';
import type { Sandboxes } from '../recycler/port';
import type { IdentityConfig, IssuerConfig } from './identityConfig';
import { keyLoader } from './keyLoaders';
import { createKeySource } from './keySource';
import { verifyPodToken } from './podToken';
import type { Authenticator, Principal } from './port';
import { bearerToken } from './token';

export interface RegistrarOptions {
  /** Knows static tokens, and issues those of agents. */
  base: Authenticator;
  /** Whose service-account tokens count; without it none does. */
  identity?: IdentityConfig | undefined;
  sandboxes: Pick<Sandboxes, 'bind'>;
  log: Pick<Logger, 'warn'>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/**
 * Authenticates agents that register: by a static token, or by the service-account token of their pod, which is the agent of that pod's uid and
 * of the service account's type. The short-lived token that an agent gets in exchange registers nobody: it would live on by itself.
 */
export function createRegistrar({ base, identity, sandboxes, log, now = Date.now }: RegistrarOptions): Authenticator {
  const issuers = new Map(
    (identity?.issuers ?? []).map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer, log, now) }]),
  );

  const ofPod = async (
    token: string,
    { issuer, keys }: { issuer: IssuerConfig; keys: JWTVerifyGetKey },
  ): Promise<Principal> => {
    const pod = await verifyPodToken(token, issuer, keys, now());
    await sandboxes.bind(pod);
    return {
      subject: `${pod.namespace}/${pod.name}`,
      scopes: new Set(['agent:work'] as const),
      agent: { id: pod.uid, type: pod.agentType },
    };
  };

  const ofBase = async (authorization: string | undefined, unknownIssuer: boolean): Promise<Principal> => {
    try {
      return await base.authenticate(authorization);
    } catch (error) {
      if (!unknownIssuer || !(error instanceof FactoryError) || error.code !== 'UNAUTHENTICATED') throw error;
      throw new FactoryError('UNAUTHENTICATED', 'the token is of an issuer that is not configured', { cause: error });
    }
  };

  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization) ?? '';
      const claimed = issuerOf(token);
      const issuer = issuers.get(claimed ?? '');
      if (issuer !== undefined) return ofPod(token, issuer);
      const principal = await ofBase(authorization, issuers.size > 0 && claimed !== undefined);
      if (principal.agent !== undefined)
        throw new FactoryError('UNAUTHENTICATED', 'a token that was issued to a registered agent registers nobody');
      return principal;
    },
    issueAgentToken: (id, type) => base.issueAgentToken(id, type),
  };
}

function keysOf(issuer: IssuerConfig, log: Pick<Logger, 'warn'>, now: () => number): JWTVerifyGetKey {
  return createKeySource({
    load: keyLoader(issuer),
    now,
    onError: (error) => log.warn({ err: error, issuer: issuer.issuer }, 'the keys of an issuer cannot be read'),
  });
}

/** What a token says of its issuer, unproven; undefined when it is no JWT. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
