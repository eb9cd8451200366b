import { env } from '@agent-factory/contract';
import { z } from 'zod';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';
const file = z.string().min(1).max(4_096);

/** How the Kubernetes API is reached. What Kubernetes gives every pod is the default. */
export const kubernetesConfigSchema = z.strictObject({
  api_url: z
    .url({ protocol: /^https$/, error: 'is not an https URL' })
    .optional()
    .describe(`Defaults to ${env.kubernetesServiceHost} and ${env.kubernetesServicePort} of the environment`),
  token_file: file
    .default(`${mounted}/token`)
    .describe('Token of the service account; read again at each call, since Kubernetes replaces it'),
  ca_file: file.default(`${mounted}/ca.crt`).describe('Authorities (PEM) of the API server; read again at each call'),
});
export type KubernetesConfig = z.output<typeof kubernetesConfigSchema>;

/** Where a pod finds the API of its cluster; undefined outside of one. */
export function inClusterUrl(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const host = environment[env.kubernetesServiceHost] ?? '';
  const port = environment[env.kubernetesServicePort] ?? '';
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return host !== '' && port !== '' && URL.canParse(url) ? url : undefined;
}
