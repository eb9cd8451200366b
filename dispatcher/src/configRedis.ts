import { X509Certificate } from 'node:crypto';
import { env as names, type Fault } from '@agent-factory/contract';
import type { RedisTls } from './redisTls';
import { readPart, type Part, type ReadFile } from './configPart';

/** How Redis is reached. */
export interface RedisConfig {
  redisUrl: string;
  /** For a URL without one. */
  redisPassword?: string;
  /** With rediss://. */
  redisTls?: RedisTls;
}

/** The connection to Redis that the environment tells of, with what Kubernetes mounts as files. */
export function redisConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): Part<RedisConfig> {
  const url = environment[names.redisUrl] ?? '';
  const faults: Fault[] = [];
  const read = (name: string, path: string | undefined): string | undefined => {
    if (path === undefined || path === '') return undefined; // an empty name is told with the environment
    const found = readPart(name, path, readFile);
    faults.push(...found.faults);
    return found.value;
  };
  const password = read(names.redisPasswordFile, environment[names.redisPasswordFile]);
  const ca = read(names.redisCaFile, environment[names.redisCaFile]);
  const serverName = environment[names.redisTlsServerName];
  if (password !== undefined && URL.canParse(url) && new URL(url).password !== '')
    faults.push({ path: names.redisPasswordFile, message: `${names.redisUrl} holds a password already` });
  if (ca !== undefined && !holdsCertificate(ca))
    faults.push({ path: names.redisCaFile, message: 'holds no certificate (PEM)' });
  if (url.startsWith('redis:'))
    for (const name of [names.redisCaFile, names.redisTlsServerName])
      if (environment[name] !== undefined) faults.push({ path: name, message: 'is only for a rediss:// URL' });
  if (faults.length > 0) return { faults };
  const tls: RedisTls = { ...(ca === undefined ? {} : { ca }), ...(serverName === undefined ? {} : { serverName }) };
  return {
    value: {
      redisUrl: url,
      ...(password === undefined ? {} : { redisPassword: password }),
      ...(url.startsWith('rediss:') ? { redisTls: tls } : {}),
    },
    faults,
  };
}

function holdsCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
