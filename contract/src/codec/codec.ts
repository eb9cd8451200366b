import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { z } from 'zod';
import { FactoryError } from '../errors';
import { parseOrThrow } from '../faults';

/** What the generated code offers for a message. */
export interface Message<M> {
  encode(message: M, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): M;
}

/** Turns a value of the contract into the bytes of its protobuf message and back. */
export interface Codec<T> {
  encode(value: T): Buffer;
  /** Checks what it reads as the schema does. Throws INVALID_ARGUMENT with the path of each fault. */
  decode(bytes: Uint8Array): T;
}

/** The message in bytes that someone sent. Throws INVALID_ARGUMENT when they are not such a message. */
export function readMessage<M>(message: Message<M>, bytes: Uint8Array): M {
  try {
    return message.decode(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw new FactoryError('INVALID_ARGUMENT', `(root): is not such a message: ${why}`, {
      faults: [{ path: '(root)', message: why }],
      cause: error,
    });
  }
}

export function writeMessage<M>(message: Message<M>, value: M): Buffer {
  const bytes = message.encode(value).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A codec from the two translations between a value and its message, which differ where JSON and protobuf do. */
export function codecOf<S extends z.ZodType, M>(
  schema: S,
  message: Message<M>,
  toMessage: (value: z.output<S>) => M,
  fromMessage: (message: M) => unknown,
): Codec<z.output<S>> {
  return {
    encode: (value) => writeMessage(message, toMessage(value)),
    decode: (bytes) => parseOrThrow(schema, fromMessage(readMessage(message, bytes))),
  };
}
