import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const execSchema = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const userSchema = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: execSchema.optional(),
});

const clusterSchema = z.object({
  server: z.url(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});

const fileSchema = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })),
  users: z.array(z.object({ name: z.string(), user: userSchema.nullish() })).nullish(),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string().optional(), namespace: z.string().optional() }),
    }),
  ),
});

type KubeconfigUser = z.infer<typeof userSchema>;
export type KubeconfigCluster = z.infer<typeof clusterSchema>;

/** The part of a kubeconfig that is used: one cluster, one user. */
export interface ActiveCluster {
  cluster: KubeconfigCluster;
  user: KubeconfigUser;
  /** The context's namespace, or an empty string. */
  namespace: string;
  /** Paths inside of the file are relative to this. */
  folder: string;
}

/** What chooses a cluster out of a kubeconfig; each may be absent. */
export interface KubeconfigChoice {
  /** Contents, or a path. Absent: the file that KUBECONFIG names. */
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
}

function readText(kubeconfig: string | undefined): { text: string; folder: string } {
  const named = kubeconfig ?? process.env['KUBECONFIG'];
  if (named === undefined || named === '') throw new Error('no kubeconfig: give the provider one, or set KUBECONFIG');
  // Contents have more than one line, or are JSON; anything else is a path.
  if (named.includes('\n') || named.trimStart().startsWith('{')) return { text: named, folder: process.cwd() };
  const path = isAbsolute(named) ? named : join(process.cwd(), named);
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  return { text: readFileSync(path, 'utf8'), folder: dirname(path) };
}

/** Reads the cluster and user that a kubeconfig's context names. @throws with what is wrong with it, never with its contents. */
export function activeCluster(choice: KubeconfigChoice): ActiveCluster {
  const { text, folder } = readText(choice.kubeconfig);
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    throw new Error('it is neither JSON nor YAML'); // the parser's own message would show parts of it
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw new Error(`it is not a kubeconfig: ${z.prettifyError(parsed.error)}`);
  const file = parsed.data;
  const wanted = choice.context ?? file['current-context'] ?? '';
  const context = file.contexts.find(({ name }) => name === wanted)?.context;
  if (context === undefined) throw new Error(`it has no context ${JSON.stringify(wanted)}`);
  const clusterName = choice.cluster ?? context.cluster;
  const cluster = file.clusters.find(({ name }) => name === clusterName)?.cluster;
  if (cluster === undefined) throw new Error(`it has no cluster ${JSON.stringify(clusterName)}`);
  const user = file.users?.find(({ name }) => name === context.user)?.user ?? {};
  return { cluster, user, namespace: context.namespace ?? '', folder };
}
