import { z } from 'zod';
import { cidr } from './fields';

const gkeSchema = z.strictObject({
  kind: z.literal('gke').default('gke'),
  regional: z.boolean().default(false).describe('Control plane and nodes in three zones, instead of one'),
  channel: z.enum(['RAPID', 'REGULAR', 'STABLE']).default('REGULAR').describe('Release channel of GKE'),
  version: z
    .string()
    .regex(/^1\.\d{2}$/, 'is not a minor version such as 1.36')
    .default('1.36')
    .describe('Minor version that the channel offers; decides what the program may use'),
  endpoint: z
    .enum(['dns', 'private'])
    .default('dns')
    .describe('How people reach the control plane: its DNS name with IAM, or an address in the VPC'),
  authorizedNetworks: z
    .array(z.strictObject({ name: z.string().min(1).max(60), cidr }))
    .max(50)
    .default([])
    .describe('Ranges that may reach the private endpoint'),
  securityGroup: z
    .string()
    .regex(/^gke-security-groups@[a-z0-9.-]+$/, 'is not gke-security-groups@your-domain')
    .optional()
    .describe('Google group whose members RBAC may name'),
  binaryAuthorization: z.boolean().default(false).describe('Only images that the pipeline signed may run'),
  interNodeEncryption: z.boolean().default(false).describe('WireGuard between nodes'),
  posture: z.enum(['BASIC', 'ENTERPRISE']).default('BASIC').describe('Security posture scans'),
  backup: z.boolean().default(false).describe('Daily Backup for GKE of both namespaces'),
});

const existingSchema = z.strictObject({
  kind: z.literal('existing'),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'is not a name of lower-case letters, digits and hyphens')
    .describe('What the cluster is called; a change of it replaces everything in the cluster'),
  kubeconfig: z.string().min(1).optional().describe('Path or content; set it with --secret. Defaults to KUBECONFIG'),
  context: z.string().min(1).optional().describe('Context of the kubeconfig. Defaults to its current one'),
  version: z
    .string()
    .regex(/^1\.\d{2}$/, 'is not a minor version such as 1.34')
    .default('1.34'),
  runtimeClass: z
    .strictObject({
      name: z.string().default('gvisor'),
      handler: z.string().default('runsc'),
      create: z.boolean().default(true),
    })
    .prefault({})
    .describe('gVisor in this cluster'),
  issuer: z
    .strictObject({
      url: z.url(),
      jwks: z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }).optional(),
      jwksUri: z.url().optional(),
    })
    .optional()
    .describe('Issuer of service account tokens and its keys: kubectl get --raw /openid/v1/jwks'),
  requestHeaderCa: z
    .string()
    .startsWith('-----BEGIN CERTIFICATE')
    .optional()
    .describe('requestheader-client-ca-file of ConfigMap kube-system/extension-apiserver-authentication'),
  storageClass: z.string().optional().describe('Of volumes. Defaults to the cluster’s default'),
});

/** The cluster: made on Google Cloud, or one that is there. */
export const clusterSchema = z.discriminatedUnion('kind', [gkeSchema, existingSchema], { error: 'is gke or existing' });
export type GkeConfig = z.output<typeof gkeSchema>;
export type ExistingClusterConfig = z.output<typeof existingSchema>;
