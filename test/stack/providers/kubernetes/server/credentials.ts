import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AgentOptions } from 'node:https';
import { join, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ActiveCluster } from '../config/kubeconfig';

const execTimeoutMs = 60_000;
const renewBeforeMs = 60_000;

const execCredential = z.object({
  status: z.object({
    token: z.string().optional(),
    expirationTimestamp: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/** What a request needs to be let in. */
export interface Credentials {
  /** For the connection: authorities, client certificate. */
  tls: AgentOptions;
  /** The bearer token of now; undefined when the certificate says who we are. */
  token(): Promise<string | undefined>;
}

function material({ folder }: ActiveCluster, data: string | undefined, path: string | undefined): Buffer | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64');
  return path === undefined ? undefined : readFileSync(isAbsolute(path) ? path : join(folder, path));
}

/** Runs the kubeconfig's credential plugin and keeps its token until it expires. */
function execTokens(active: ActiveCluster): () => Promise<string | undefined> {
  let kept: { token: string | undefined; until: number } | undefined;
  return async () => {
    const { exec } = active.user;
    if (exec === undefined || (kept !== undefined && Date.now() < kept.until)) return kept?.token;
    const extra = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
    const info = JSON.stringify({ apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
    const { stdout } = await promisify(execFile)(exec.command, exec.args ?? [], {
      env: { ...process.env, ...extra, KUBERNETES_EXEC_INFO: info },
      timeout: execTimeoutMs,
    });
    const { status } = execCredential.parse(JSON.parse(stdout));
    const until = status.expirationTimestamp === undefined ? Infinity : Date.parse(status.expirationTimestamp);
    kept = { token: status.token, until: until - renewBeforeMs };
    return kept.token;
  };
}

/** Reads who we are to a cluster out of its kubeconfig. */
export function credentialsOf(active: ActiveCluster): Credentials {
  const { cluster, user } = active;
  const ca = material(active, cluster['certificate-authority-data'], cluster['certificate-authority']);
  const cert = material(active, user['client-certificate-data'], user['client-certificate']);
  const key = material(active, user['client-key-data'], user['client-key']);
  const tls: AgentOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(cluster['tls-server-name'] === undefined ? {} : { servername: cluster['tls-server-name'] }),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
  };
  const fromExec = execTokens(active);
  return {
    tls,
    token: async () => {
      if (user.token !== undefined) return user.token;
      if (user.tokenFile !== undefined) return readFileSync(user.tokenFile, 'utf8').trim();
      return fromExec();
    },
  };
}
