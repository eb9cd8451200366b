import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { FactoryError } from '@agent-factory/contract';
import type { Clock } from '../clock';
import { failureCode } from '../configPart';
import type { Logger } from '../log';
import type { MetricsAdapterConfig } from './config';

/** What the server proves itself with, and whom it lets ask. */
export interface Credentials {
  cert: string;
  key: string;
  /** Authorities of client certificates. */
  ca: string;
  /** Milliseconds since 1970 until which `cert` is valid. */
  validUntil: number;
}

type Files = Pick<MetricsAdapterConfig, 'cert_file' | 'key_file' | 'client_ca_file'>;

const largestBytes = 1_048_576;

/** Reads the three files and checks that they fit together. Throws INVALID_ARGUMENT that names the file; never quotes one. */
export async function readCredentials(files: Files): Promise<Credentials> {
  const [cert, key, ca] = await Promise.all([
    readPart(files, 'cert_file'),
    readPart(files, 'key_file'),
    readPart(files, 'client_ca_file'),
  ]);
  const certificate = certificateOf(cert, 'cert_file');
  certificateOf(ca, 'client_ca_file');
  try {
    createSecureContext({ cert, key, ca });
  } catch {
    throw fault('key_file', 'is not the key of cert_file');
  }
  return { cert, key, ca, validUntil: certificate.validToDate.getTime() };
}

async function readPart(files: Files, name: keyof Files): Promise<string> {
  try {
    const bytes = await readFile(files[name]);
    if (bytes.length <= largestBytes) return bytes.toString('utf8');
  } catch (error) {
    throw fault(name, `cannot be read${failureCode(error)}`);
  }
  throw fault(name, 'is larger than 1 MiB');
}

function certificateOf(pem: string, name: keyof Files): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw fault(name, 'holds no certificate (PEM)');
  }
}

function fault(name: keyof Files, message: string): FactoryError {
  const path = `metrics_adapter.${name}`;
  return new FactoryError('INVALID_ARGUMENT', `${path}: ${message}`, { faults: [{ path, message }] });
}

export interface WatchOptions {
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds between two looks. Defaults to 10,000. */
  everyMs?: number;
  changed: (credentials: Credentials) => void;
}

/**
 * Looks at the files again and again, since what Kubernetes mounts is replaced by moving a link, which no watcher of files sees reliably. What
 * does not fit together is left alone until it does: certificate and key are not replaced at once. The answer stops it.
 */
export function watchCredentials(files: Files, first: Credentials, options: WatchOptions): () => void {
  const { clock, log, everyMs = 10_000, changed } = options;
  let known = digestOf(first);
  let complained = '';
  let stopped = false;
  let cancel: () => void = () => undefined;
  const look = async (): Promise<void> => {
    try {
      const found = await readCredentials(files);
      complained = '';
      if (stopped || digestOf(found) === known) return;
      known = digestOf(found);
      changed(found);
      log.info({ valid_until: new Date(found.validUntil).toISOString() }, 'certificates were read again');
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== complained) log.warn({ err: error }, 'certificates cannot be read again; the old ones stay');
      complained = text;
    } finally {
      plan();
    }
  };
  const plan = (): void => {
    if (!stopped) cancel = clock.after(everyMs, () => void look());
  };
  plan();
  return () => {
    stopped = true;
    cancel();
  };
}

function digestOf({ cert, key, ca }: Credentials): string {
  return createHash('sha256')
    .update(JSON.stringify([cert, key, ca]))
    .digest('hex');
}
