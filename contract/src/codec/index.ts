export * from './calls';
export { readMessage, writeMessage, type Codec, type Message } from './codec';
export { fileDescriptors, type FileDescriptor } from './descriptors';
export * from './frames';
export * from './registry';
export * from './standard';
export * from './task';
