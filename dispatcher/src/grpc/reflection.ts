import { readMessage, reflectionMessages, writeMessage, type FileDescriptor } from '@agent-factory/contract';
import { status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { byteService } from './byteService';
import { toCallStatus } from './status';

type Request = reflectionMessages.ServerReflectionRequest;
type Response = reflectionMessages.ServerReflectionResponse;
type Answer = NonNullable<Response['message_response']>;

const { ServerReflectionDefinition, ServerReflectionRequest, ServerReflectionResponse } = reflectionMessages;

/** Both versions of the protocol that clients speak; their messages are the same on the wire. */
const services = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** Tells clients such as grpcurl what the server offers, from descriptors made at build time: nothing is read from disk. */
export function addReflection(server: Server, files: readonly FileDescriptor[]): void {
  const answer = reflector(files);
  for (const fullName of services) {
    server.addService(byteService({ ...ServerReflectionDefinition, fullName }), {
      serverReflectionInfo: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on('data', (bytes: Buffer) => {
          try {
            call.write(writeMessage(ServerReflectionResponse, answer(readMessage(ServerReflectionRequest, bytes))));
          } catch (error) {
            call.emit('error', toCallStatus(error));
          }
        });
        call.on('end', () => call.end());
      },
    });
  }
}

/** Answers one question about some .proto files. */
export function reflector(files: readonly FileDescriptor[]): (request: Request) => Response {
  const byName = new Map(files.map((file) => [file.name, file]));
  const bySymbol = new Map(files.flatMap((file) => file.symbols.map((symbol) => [symbol, file] as const)));
  const names = files.flatMap((file) => file.services).sort();
  return (request) => ({
    valid_host: request.host,
    original_request: request,
    message_response: answerOf(request, byName, bySymbol, names),
  });
}

function answerOf(
  { message_request: question }: Request,
  byName: ReadonlyMap<string, FileDescriptor>,
  bySymbol: ReadonlyMap<string, FileDescriptor>,
  names: readonly string[],
): Answer {
  switch (question?.$case) {
    case 'list_services':
      return { $case: 'list_services_response', value: { service: names.map((name) => ({ name })) } };
    case 'file_by_filename':
      return filesFor(byName.get(question.value), byName, `no file ${question.value}`);
    case 'file_containing_symbol':
      return filesFor(bySymbol.get(question.value), byName, `no symbol ${question.value}`);
    case 'file_containing_extension':
    case 'all_extension_numbers_of_type':
      return failure(status.NOT_FOUND, 'no extensions are used');
    case undefined:
    default:
      return failure(status.UNIMPLEMENTED, 'no such question is known');
  }
}

/** A file and all that it needs. */
function filesFor(
  file: FileDescriptor | undefined,
  byName: ReadonlyMap<string, FileDescriptor>,
  missing: string,
): Answer {
  if (file === undefined) return failure(status.NOT_FOUND, missing);
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
