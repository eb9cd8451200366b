import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/** What generated code says of a service. */
export interface GeneratedService {
  readonly fullName: string;
  readonly methods: Record<
    string,
    { readonly name: string; readonly requestStream: boolean; readonly responseStream: boolean }
  >;
}

/**
 * A service whose messages reach the handlers as bytes. Handlers decode for themselves, so that an unreadable message is answered as
 * any other bad request; grpc-js would call it INTERNAL.
 */
export function byteService({ fullName, methods }: GeneratedService): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([key, { name, requestStream, responseStream }]) => [
      key,
      byteMethod(`/${fullName}/${name}`, requestStream, responseStream),
    ]),
  );
}

function byteMethod(path: string, requestStream: boolean, responseStream: boolean): MethodDefinition<Buffer, Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}
