import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';

/** How the certificate of Redis is checked, where the platform's authorities and the URL's host do not fit. */
export interface RedisTls {
  /** Authorities (PEM) that it may come from. */
  ca?: string;
  /** The name in it. */
  serverName?: string;
}

export function redisTlsOptions({ ca, serverName }: RedisTls): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined || isIP(serverName) > 0 ? {} : { servername: serverName }),
    checkServerIdentity: (host, certificate) => identityFault(serverName ?? host, certificate),
  };
}

/**
 * As usual, and one case more: managed Redis (Memorystore) proves itself with a certificate of its instance's own authority that has the
 * address as its common name and no other name at all.
 */
function identityFault(host: string, certificate: PeerCertificate): Error | undefined {
  const fault = checkServerIdentity(host, certificate);
  const addressAsName = isIP(host) > 0 && certificate.subjectaltname === undefined && certificate.subject.CN === host;
  return addressAsName ? undefined : fault;
}
