/** One entry of an allow-list. */
export interface AllowedHost {
  /** Lower case, without the `*.`. */
  host: string;
  /** Whether any name below `host` is meant, and not `host` itself. */
  wildcard: boolean;
  /** undefined: 80 and 443. */
  port: number | undefined;
}

/** Reads `host`, `*.host`, `host:port` and `[v6]:port`. Pure. */
export function parseAllowed(entry: string): AllowedHost {
  const found = /^(\*\.)?(\[[0-9a-f:.]+\]|[^:]+)(?::(\d{1,5}))?$/i.exec(entry.trim());
  if (found === null) throw new TypeError(`${entry}: is not host, *.host or host:port`);
  const [, star, host = '', port] = found;
  return {
    host: host
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, ''),
    wildcard: star !== undefined,
    port: port === undefined ? undefined : Number(port),
  };
}

/** How an address is allowed. `exact`: the list names this host and this port, so even a private address is meant. */
export type Permission = 'exact' | 'public' | 'no';

/** Judges one host and port. Pure. */
export function permissionFor(allowed: readonly AllowedHost[], host: string, port: number): Permission {
  const name = host.toLowerCase().replace(/\.$/, '');
  let permission: Permission = 'no';
  for (const entry of allowed) {
    const named = entry.wildcard ? name.endsWith(`.${entry.host}`) : name === entry.host;
    if (!named) continue;
    if (!entry.wildcard && entry.port === port) return 'exact';
    if (entry.port === port || (entry.port === undefined && (port === 80 || port === 443))) permission = 'public';
  }
  return permission;
}
