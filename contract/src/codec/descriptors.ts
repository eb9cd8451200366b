import { generatedDescriptors } from '../gen/descriptors';

/** A .proto file as gRPC reflection needs it. */
export interface FileDescriptor {
  /** Its path, as imports name it. */
  name: string;
  /** Names of the files it imports. */
  dependencies: readonly string[];
  /** Full names of its services. */
  services: readonly string[];
  /** Full names of all it declares: messages, enums, services and methods. */
  symbols: readonly string[];
  /** The FileDescriptorProto. */
  base64: string;
}

/** The .proto files of every service that a dispatcher offers, health and reflection included. */
export const fileDescriptors: readonly FileDescriptor[] = generatedDescriptors;
