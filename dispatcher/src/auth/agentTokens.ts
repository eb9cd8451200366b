import { agentScopes } from '@agent-factory/contract';
import { SignJWT, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Principal } from './port';

/** How long the token of a registered agent lasts, in milliseconds. */
export const agentTokenMs = 300_000;

const issuer = 'agent-factory';
const audience = 'agent-factory/agent';
const claimsSchema = z.object({ sub: z.string().min(1), agent_type: z.string().min(1), exp: z.number() });

/** A short-lived token (HS256) that says which agent, of which type, holds it. */
export async function signAgentToken(
  key: Uint8Array,
  agent: { id: string; type: string },
  now: number,
): Promise<{ token: string; expiresAt: Date }> {
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + agentTokenMs / 1000;
  const token = await new SignJWT({ agent_type: agent.type })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(agent.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key);
  return { token, expiresAt: new Date(expiresAt * 1000) };
}

/** The agent behind such a token; undefined when it is forged, expired or made for something else. */
export async function verifyAgentToken(key: Uint8Array, token: string, now: number): Promise<Principal | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer,
      audience,
      currentDate: new Date(now),
    });
    const claims = claimsSchema.parse(payload);
    return {
      subject: claims.sub,
      scopes: new Set(agentScopes),
      agent: { id: claims.sub, type: claims.agent_type },
    };
  } catch {
    return undefined; // whatever was wrong with it, the answer is the same
  }
}
