import {
  FactoryError,
  readMessage,
  reflectionMessages,
  writeMessage,
  type FileDescriptor,
} from '@agent-factory/contract';
import { status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { systemClock, type Clock } from '../clock';
import { byteService } from './byteService';
import { toCallStatus } from './status';

type Request = reflectionMessages.ServerReflectionRequest;
type Response = reflectionMessages.ServerReflectionResponse;
type Answer = NonNullable<Response['message_response']>;
type Call = ServerDuplexStream<Buffer, Buffer>;

const { ServerReflectionDefinition, ServerReflectionRequest, ServerReflectionResponse } = reflectionMessages;

/** Both versions of the protocol that clients speak; their messages are the same on the wire. */
const services = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** Nobody has to show a token here, so that little may be asked at a time. */
export const reflectionLimits = {
  /** Streams open at a time; past it, STREAM_LIMIT. */
  streams: 100,
  /** Bytes of one question, which the answer repeats. */
  questionBytes: 4_096,
  /** Milliseconds without a question, or without reading the answers. */
  idleMs: 30_000,
} as const;

/** Tells clients such as grpcurl what the server offers, from descriptors made at build time: nothing is read from disk. */
export function addReflection(server: Server, files: readonly FileDescriptor[], clock: Clock = systemClock): void {
  const answer = reflector(files);
  const open = new Set<Call>();
  for (const fullName of services) {
    server.addService(byteService({ ...ServerReflectionDefinition, fullName }), {
      serverReflectionInfo: (call: Call) => serve(call, answer, open, clock),
    });
  }
}

/** Answers the questions of one stream, no faster than they are read. Its place is free once the stream is gone, read to the end or cut. */
function serve(call: Call, answer: (request: Request) => Response, open: Set<Call>, clock: Clock): void {
  let ended = false;
  let cancelIdle = (): void => undefined;
  const over = (): void => {
    ended = true;
    cancelIdle();
  };
  const fail = (error: unknown): void => {
    if (ended) return;
    over();
    call.emit('error', toCallStatus(error));
  };
  const gone = (): void => {
    over();
    open.delete(call);
  };
  if (open.size >= reflectionLimits.streams) {
    fail(new FactoryError('STREAM_LIMIT', `${open.size} reflection streams are open`, { retryAfterSeconds: 5 }));
    return;
  }
  open.add(call);
  const expect = (): void => {
    cancelIdle();
    const detail = `nothing was asked or read for ${reflectionLimits.idleMs} ms`;
    cancelIdle = clock.after(reflectionLimits.idleMs, () => fail(new FactoryError('REQUEST_TIMEOUT', detail)));
  };
  call.on('data', (bytes: Buffer) => {
    if (ended) return;
    expect();
    try {
      if (bytes.length > reflectionLimits.questionBytes)
        throw new FactoryError('INVALID_ARGUMENT', `the question takes ${bytes.length} bytes`);
      const written = call.write(
        writeMessage(ServerReflectionResponse, answer(readMessage(ServerReflectionRequest, bytes))),
      );
      if (!written) call.pause();
    } catch (error) {
      fail(error);
    }
  });
  call.on('drain', () => {
    if (ended) return;
    expect();
    call.resume();
  });
  call.on('end', () => {
    over();
    call.end();
  });
  call.on('finish', gone);
  call.on('cancelled', gone);
  expect();
}

/** Answers one question about some .proto files. */
export function reflector(files: readonly FileDescriptor[]): (request: Request) => Response {
  const byName = new Map(files.map((file) => [file.name, file]));
  const bySymbol = new Map(files.flatMap((file) => file.symbols.map((symbol) => [symbol, file] as const)));
  const names = files.flatMap((file) => file.services).sort();
  // One answer a file, made once: few, and each is asked for often.
  const answers = new Map(files.map((file) => [file, filesFor(file, byName)]));
  const found = (file: FileDescriptor | undefined, missing: string): Answer =>
    (file === undefined ? undefined : answers.get(file)) ?? failure(status.NOT_FOUND, missing);
  const answerOf = (question: Request['message_request']): Answer => {
    switch (question?.$case) {
      case 'list_services':
        return { $case: 'list_services_response', value: { service: names.map((name) => ({ name })) } };
      case 'file_by_filename':
        return found(byName.get(question.value), `no file ${question.value}`);
      case 'file_containing_symbol':
        return found(bySymbol.get(question.value), `no symbol ${question.value}`);
      case 'file_containing_extension':
      case 'all_extension_numbers_of_type':
        return failure(status.NOT_FOUND, 'no extensions are used');
      case undefined:
      default:
        return failure(status.UNIMPLEMENTED, 'no such question is known');
    }
  };
  return (request) => ({
    valid_host: request.host,
    original_request: request,
    message_response: answerOf(request.message_request),
  });
}

/** A file and all that it needs. */
function filesFor(file: FileDescriptor, byName: ReadonlyMap<string, FileDescriptor>): Answer {
  const found = new Set<FileDescriptor>([file]);
  // A set is walked to what is added on the way, too.
  for (const { dependencies } of found) {
    for (const name of dependencies) {
      const dependency = byName.get(name);
      if (dependency !== undefined) found.add(dependency);
    }
  }
  const bytes = [...found].map(({ base64 }) => Buffer.from(base64, 'base64'));
  return { $case: 'file_descriptor_response', value: { file_descriptor_proto: bytes } };
}

function failure(code: status, message: string): Answer {
  return { $case: 'error_response', value: { error_code: code, error_message: message.slice(0, 200) } };
}
