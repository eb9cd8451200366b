import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RefusedError } from '../shared/provider';
import { isObject, type Value, type ValueObject } from '../shared/values';

const curves: Readonly<Record<string, string>> = {
  P224: 'secp224r1',
  P256: 'prime256v1',
  P384: 'secp384r1',
  P521: 'secp521r1',
};

/** Outputs of a PrivateKey. */
export function privateKey({ algorithm, rsaBits, ecdsaCurve }: ValueObject): ValueObject {
  const pair = generate(algorithm, rsaBits, ecdsaCurve);
  const legacy = algorithm === 'RSA' ? 'pkcs1' : algorithm === 'ECDSA' ? 'sec1' : 'pkcs8';
  return {
    privateKeyPem: pair.privateKey.export({ format: 'pem', type: legacy }).toString(),
    privateKeyPemPkcs8: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKeyPem: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

function generate(algorithm: Value | undefined, bits: Value | undefined, curve: Value | undefined) {
  if (algorithm === 'RSA') return generateKeyPairSync('rsa', { modulusLength: Number(bits ?? 2_048) });
  if (algorithm === 'ED25519') return generateKeyPairSync('ed25519');
  if (algorithm !== 'ECDSA') throw new RefusedError('INVALID', `algorithm must be RSA, ECDSA or ED25519`);
  const namedCurve = curves[typeof curve === 'string' ? curve : 'P224'];
  if (namedCurve === undefined) throw new RefusedError('INVALID', 'ecdsaCurve must be P224, P256, P384 or P521');
  return generateKeyPairSync('ec', { namedCurve });
}

/** PEM of a request for a certificate. */
export function certificateRequest(inputs: ValueObject): string {
  return inFolder({ key: text(inputs['privateKeyPem']), config: requestConfig(inputs) }, (file) =>
    openssl('req', '-new', '-key', file('key'), '-config', file('config')),
  );
}

/** PEM of a certificate signed with its own key. */
export function selfSigned(inputs: ValueObject): string {
  const key = text(inputs['privateKeyPem']);
  const files = { key, config: requestConfig(inputs), extensions: extensions(inputs) };
  return inFolder(files, (file) => {
    writeFileSync(file('request'), openssl('req', '-new', '-key', file('key'), '-config', file('config')));
    return openssl(
      'x509',
      '-req',
      '-in',
      file('request'),
      '-signkey',
      file('key'),
      ...validity(inputs),
      '-extfile',
      file('extensions'),
    );
  });
}

/** PEM of a certificate that an authority signs; names come from the request. */
export function signedBy(inputs: ValueObject, authority: string, authorityKey: string): string {
  const files = {
    request: text(inputs['certRequestPem']),
    ca: authority,
    key: authorityKey,
    extensions: extensions(inputs),
  };
  return inFolder(files, (file) =>
    openssl(
      'x509',
      '-req',
      '-in',
      file('request'),
      '-CA',
      file('ca'),
      '-CAkey',
      file('key'),
      '-CAcreateserial',
      '-copy_extensions',
      'copy',
      ...validity(inputs),
      '-extfile',
      file('extensions'),
    ),
  );
}

function requestConfig(inputs: ValueObject): string {
  const subject = isObject(inputs['subject']) ? inputs['subject'] : {};
  const names = [
    ...list(inputs['dnsNames']).map((name) => `DNS:${name}`),
    ...list(inputs['ipAddresses']).map((address) => `IP:${address}`),
  ];
  const organisation = text(subject['organization']);
  return [
    '[req]',
    'prompt = no',
    'distinguished_name = subject',
    ...(names.length === 0 ? [] : ['req_extensions = extensions']),
    '[subject]',
    `CN = ${text(subject['commonName']) || 'unnamed'}`,
    ...(organisation === '' ? [] : [`O = ${organisation}`]),
    ...(names.length === 0 ? [] : ['[extensions]', `subjectAltName = ${names.join(',')}`]),
    '',
  ].join('\n');
}

const keyUses: Readonly<Record<string, string>> = {
  cert_signing: 'keyCertSign',
  crl_signing: 'cRLSign',
  digital_signature: 'digitalSignature',
  key_encipherment: 'keyEncipherment',
};
const extendedUses: Readonly<Record<string, string>> = { server_auth: 'serverAuth', client_auth: 'clientAuth' };

function extensions(inputs: ValueObject): string {
  const uses = list(inputs['allowedUses']);
  const unknown = uses.find((use) => keyUses[use] === undefined && extendedUses[use] === undefined);
  if (unknown !== undefined)
    throw new RefusedError('INVALID', `allowedUses: "${unknown}" is not a use that this stand-in knows`);
  const named = (table: Readonly<Record<string, string>>) => uses.flatMap((use) => table[use] ?? []);
  const names = [
    ...list(inputs['dnsNames']).map((name) => `DNS:${name}`),
    ...list(inputs['ipAddresses']).map((address) => `IP:${address}`),
  ];
  return [
    `basicConstraints = critical,CA:${inputs['isCaCertificate'] === true ? 'TRUE' : 'FALSE'}`,
    ...(named(keyUses).length === 0 ? [] : [`keyUsage = critical,${named(keyUses).join(',')}`]),
    ...(named(extendedUses).length === 0 ? [] : [`extendedKeyUsage = ${named(extendedUses).join(',')}`]),
    ...(names.length === 0 ? [] : [`subjectAltName = ${names.join(',')}`]),
    '',
  ].join('\n');
}

function validity({ validityPeriodHours }: ValueObject): string[] {
  return ['-days', String(Math.max(1, Math.ceil(Number(validityPeriodHours) / 24)))];
}

function openssl(...args: string[]): string {
  try {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
  } catch (error) {
    throw new RefusedError(
      'INVALID',
      `openssl ${args[0] ?? ''}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function inFolder(files: Readonly<Record<string, string>>, run: (file: (name: string) => string) => string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(path.join(folder, name), content, { mode: 0o600 });
    return run((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function list(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
