import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './addresses';
import { permissionFor, type AllowedHost } from './allowList';

/** Finds the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: false })).map(({ address }) => address);

/** Why an address may not be reached. */
export class EgressRefused extends Error {}

/** Splits `host:port` or `[v6]:port`. undefined when it is neither. Pure. */
export function splitAuthority(authority: string): { host: string; port: number } | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})$/i.exec(authority);
  const port = Number(found?.[3]);
  const host = found?.[1] ?? found?.[2];
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/**
 * The address to connect to: the one that was checked, so that a name cannot change its mind in between.
 * Throws EgressRefused, or the resolver's error.
 */
export async function allowedAddress(
  allowed: readonly AllowedHost[],
  host: string,
  port: number,
  resolve: Resolve,
): Promise<string> {
  const permission = permissionFor(allowed, host, port);
  if (permission === 'no') throw new EgressRefused(`${host}:${port} is not on the allow-list`);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const address = permission === 'exact' ? addresses[0] : addresses.find(isPublicAddress);
  if (address === undefined) throw new EgressRefused(`${host}:${port} has no public address`);
  return address;
}
