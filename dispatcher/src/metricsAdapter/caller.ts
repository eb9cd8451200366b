import type { TLSSocket } from 'node:tls';
import { StatusError } from './status';

/**
 * Lets the API aggregator pass and nobody else: its client certificate comes from an authority of ours (the handshake has checked that) and has
 * an allowed name. Whom the aggregator speaks for stands in X-Remote-User, and what that user may do the aggregator has decided.
 * Throws Unauthorized, Forbidden.
 */
export function requireAggregator(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
  allowedNames: readonly string[],
): void {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined)
    throw new StatusError(
      'Unauthorized',
      'only the API aggregator is answered: no client certificate of its authority',
    );
  const name: unknown = certificate.toLegacyObject().subject?.CN; // an array when there are several
  if (allowedNames.length > 0 && (typeof name !== 'string' || !allowedNames.includes(name)))
    throw new StatusError('Forbidden', 'only the API aggregator is answered: the certificate has another name');
}
