import type { Metadata } from '@grpc/grpc-js';

/** The `authorization` of a call, as HTTP would have it; undefined when there is none. */
export function authorizationOf(metadata: Metadata): string | undefined {
  const [value] = metadata.get('authorization');
  return typeof value === 'string' ? value : undefined;
}
