import { agentTokenAudience, agentTypeNameSchema } from '@agent-factory/contract';
import { z } from 'zod';

const file = z.string().min(1).max(4_096);

/** A public key of an issuer; one that could sign is refused. */
const publicKeySchema = z
  .looseObject({
    kty: z.enum(['RSA', 'EC'], 'is not RSA or EC').describe('Kind of the key'),
    kid: z.string().min(1).max(1_000).describe('Name by which tokens refer to it'),
  })
  .refine((key) => !('d' in key), 'holds a private key');

/** A set of public keys (RFC 7517). */
export const keySetSchema = z.looseObject({ keys: z.array(publicKeySchema).max(100).describe('Public keys') });
export type KeySet = z.output<typeof keySetSchema>;

const issuerSchema = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .max(2_000)
      .describe(
        "Issuer of the cluster's service-account tokens, letter by letter: --service-account-issuer of its API server",
      ),
    audience: z.string().min(1).max(1_000).default(agentTokenAudience).describe('Audience of the projected token'),
    jwks_uri: z
      .url({ protocol: /^https$/, error: 'is not an https URL' })
      .optional()
      .describe('Where the issuer publishes its keys. Give this, jwks or jwks_file'),
    jwks: keySetSchema.optional().describe('The keys themselves, for a cluster that publishes them to nobody'),
    jwks_file: file.optional().describe('File with the keys; read again when a token names one that it did not hold'),
    ca_file: file
      .optional()
      .describe('With jwks_uri: authorities (PEM) of its server. Defaults to those of the platform'),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a name of a namespace')
      .describe('Namespace of the agents. Issuers that share one are issuers of one cluster'),
    service_accounts: z
      .record(
        z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'is not a name of a service account'),
        agentTypeNameSchema,
      )
      .refine((accounts) => Object.keys(accounts).length > 0, 'names no service account')
      .describe('Service accounts of agents, each with the one type that it may register'),
  })
  .superRefine((issuer, context) => {
    const given = (['jwks_uri', 'jwks', 'jwks_file'] as const).filter((key) => issuer[key] !== undefined);
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        path: ['jwks_uri'],
        message: 'give exactly one of jwks_uri, jwks and jwks_file',
      });
    if (issuer.ca_file !== undefined && issuer.jwks_uri === undefined)
      context.addIssue({ code: 'custom', path: ['ca_file'], message: 'is only for jwks_uri' });
  });
export type IssuerConfig = z.output<typeof issuerSchema>;

/** The `identity` part of the dispatcher's configuration: whose service-account tokens let agents register. */
export const identityConfigSchema = z
  .strictObject({ issuers: z.array(issuerSchema).min(1).max(20).describe('Clusters that agents run in') })
  .superRefine(({ issuers }, context) => {
    issuers.forEach(({ issuer }, index) => {
      const first = issuers.findIndex((other) => other.issuer === issuer);
      if (first < index)
        context.addIssue({ code: 'custom', path: ['issuers', index, 'issuer'], message: `repeats issuers[${first}]` });
    });
  });
export type IdentityConfig = z.output<typeof identityConfigSchema>;
