import { FactoryError } from '@agent-factory/contract';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { AgentPod } from '../recycler/port';
import type { IssuerConfig } from './identityConfig';

/** With which algorithms a Kubernetes API server can sign; never one with a shared secret. */
const algorithms = ['RS256', 'ES256', 'ES384', 'ES512'];
/** Seconds that clocks may differ. */
const clockTolerance = 5;
/** Seconds that a token may live at most, issued to expired; a projected one lives minutes. */
const longestLife = 86_400;

const name = z.string().min(1).max(253);
const claimsSchema = z.looseObject({
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  'kubernetes.io': z.looseObject({
    namespace: name,
    serviceaccount: z.looseObject({ name }),
    pod: z.looseObject({ name, uid: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/) }),
  }),
});

/**
 * The pod that a projected service-account token was given to. Throws UNAUTHENTICATED, saying what is wrong with the token without quoting it;
 * FORBIDDEN when it is a good one of a service account that no agent runs as; IDENTITY_UNAVAILABLE when the issuer's keys cannot be had.
 */
export async function verifyPodToken(
  token: string,
  issuer: IssuerConfig,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<AgentPod> {
  const claims = claimsOf(await verified(token, issuer, keys, now));
  const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
  if (claims.sub !== `system:serviceaccount:${namespace}:${serviceaccount.name}`)
    throw refused('its subject is not its service account');
  if (claims.exp - claims.iat > longestLife) throw refused('it lives longer than a day');
  const { service_accounts: accounts } = issuer;
  const agentType = Object.hasOwn(accounts, serviceaccount.name) ? accounts[serviceaccount.name] : undefined;
  if (namespace !== issuer.namespace || agentType === undefined)
    throw new FactoryError('FORBIDDEN', `no agent runs as the service account ${namespace}/${serviceaccount.name}`);
  return { namespace, name: pod.name, uid: pod.uid, agentType };
}

async function verified(token: string, issuer: IssuerConfig, keys: JWTVerifyGetKey, now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['exp', 'nbf', 'iat', 'sub'],
      clockTolerance,
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    throw refused(reasonOf(error));
  }
}

function claimsOf(payload: JWTPayload): z.output<typeof claimsSchema> {
  const claims = claimsSchema.safeParse(payload);
  if (claims.success) return claims.data;
  throw refused('it is not bound to a pod');
}

function refused(why: string): FactoryError {
  return new FactoryError('UNAUTHENTICATED', `the service-account token is refused: ${why}`);
}

/** Why jose refuses a token, in words of our own: its messages may quote a claim. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return claimReasons[error.claim] ?? 'a claim is missing or wrong';
  if (error instanceof errors.JOSEAlgNotAllowed) return `it is not signed with ${algorithms.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'it is signed with a key that the issuer does not have';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it cannot be read';
}

const claimReasons: Readonly<Record<string, string>> = {
  aud: 'it is for another audience',
  iss: 'it is of another issuer',
  nbf: 'it is not valid yet',
  exp: 'it never expires',
};
