import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface CertificateWish {
  /** Common name. */
  name: string;
  /** DNS names and IPv4 addresses that a server has. */
  hosts?: readonly string[];
  /** Defaults to that of a server when it has hosts. */
  purpose?: 'server' | 'client';
  /** Milliseconds since 1970. Defaults to an hour ago and a day from now. */
  from?: number;
  until?: number;
}

/** An authority that certificates of tests come from. */
export interface Authority extends Certificate {
  issue(wish: CertificateWish): Certificate;
}

// The few shapes of DER (X.690) that a certificate (RFC 5280) is made of.
const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
};
const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, ...parts);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes);
const octets = (bytes: Buffer): Buffer => tlv(0x04, bytes);
const bits = (bytes: Buffer): Buffer => tlv(0x03, Buffer.from([0]), bytes);
const yes = tlv(0x01, Buffer.from([0xff]));
const time = (at: number): Buffer => tlv(0x18, Buffer.from(new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')));
const nameOf = (text: string): Buffer => sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(text)))));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));
const hostName = (host: string): Buffer =>
  /^\d+\.\d+\.\d+\.\d+$/.test(host)
    ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
    : tlv(0x82, Buffer.from(host));

/** A new authority, its own issuer. */
export function createAuthority(name = 'tests'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const basicConstraints = extension('551d13', sequence(yes), true);
  const cert = certificate({ name }, name, keys.publicKey, keys.privateKey, [basicConstraints]);
  return {
    cert,
    key: pemOf(keys.privateKey),
    issue(wish) {
      const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const { hosts = [], purpose = hosts.length > 0 ? 'server' : 'client' } = wish;
      const extensions = [
        extension('551d25', sequence(oid(purpose === 'server' ? '2b06010505070301' : '2b06010505070302'))),
        ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(hostName)))] : []),
      ];
      return { cert: certificate(wish, name, own.publicKey, keys.privateKey, extensions), key: pemOf(own.privateKey) };
    },
  };
}

function certificate(
  { name, from = Date.now() - 3_600_000, until = Date.now() + 86_400_000 }: CertificateWish,
  issuer: string,
  publicKey: KeyObject,
  signer: KeyObject,
  extensions: Buffer[],
): string {
  const serial = randomBytes(8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, without leading zeros
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(from), time(until)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
