import {
  create,
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescService,
  type JsonValue,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { reflectionMessages, readMessage, writeMessage } from '@agent-factory/contract';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';

type Question = NonNullable<reflectionMessages.ServerReflectionRequest['message_request']>;

/** What a failed call told. */
class CallError extends Error {
  readonly code: string;
  readonly factoryCode: string | undefined;
  readonly retryAfter: string | undefined;

  constructor({ code, details, metadata }: ServiceError) {
    super(details);
    this.code = status[code] ?? String(code);
    this.factoryCode = metadata.get('factory-code')[0]?.toString();
    this.retryAfter = metadata.get('retry-after')[0]?.toString();
  }
}

const same = (bytes: Buffer): Buffer => bytes;

/** A client that, as grpcurl, knows nothing but what the server tells by reflection, and speaks JSON. */
export class Curl {
  readonly #client: Client;
  readonly #token: string | undefined;

  constructor(port: number, token?: string) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#token = token;
  }

  close(): void {
    this.#client.close();
  }

  /** Asks the reflection service one question. */
  async reflect(
    question: Question,
    version = 'v1',
  ): Promise<NonNullable<reflectionMessages.ServerReflectionResponse['message_response']>> {
    const call = this.#client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      same,
      same,
    );
    const answer = new Promise<Buffer>((resolve, reject) => call.on('data', resolve).on('error', reject));
    const { ServerReflectionRequest, ServerReflectionResponse } = reflectionMessages;
    call.write(writeMessage(ServerReflectionRequest, { host: '', message_request: question }));
    const { message_response: response } = readMessage(ServerReflectionResponse, await answer);
    call.end();
    if (response === undefined) throw new Error('reflection answered nothing');
    return response;
  }

  async services(version?: string): Promise<string[]> {
    const answer = await this.reflect({ $case: 'list_services', value: '*' }, version);
    return answer.$case === 'list_services_response' ? answer.value.service.map(({ name }) => name) : [];
  }

  /** Calls `package.Service/Method` with JSON; answers JSON. Throws a CallError. */
  async call(method: string, request: JsonValue = {}): Promise<JsonValue> {
    const { registry, input, output, path } = await this.#lookUp(method);
    const bytes = Buffer.from(toBinary(input, fromJson(input, request, { registry })));
    const answer = await new Promise<Buffer>((resolve, reject) => {
      this.#client.makeUnaryRequest(path, same, same, bytes, this.#metadata(), (error, value) => {
        if (error !== null) reject(new CallError(error));
        else if (value === undefined) reject(new Error('no answer'));
        else resolve(value);
      });
    });
    return toJson(output, fromBinary(output, answer), { registry, useProtoFieldName: true });
  }

  /** Calls with bytes that need not be a message. */
  raw(path: string, bytes: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, same, same, bytes, this.#metadata(), (error, value) => {
        if (error === null) resolve(value);
        else reject(new CallError(error));
      });
    });
  }

  /** Opens a stream of answers; `return()` cancels it. `onMetadata` hears what the server sends before the first. */
  async *watch(
    method: string,
    request: JsonValue = {},
    onMetadata: (metadata: Metadata) => void = () => undefined,
  ): AsyncGenerator<JsonValue> {
    const { registry, input, output, path } = await this.#lookUp(method);
    const bytes = Buffer.from(toBinary(input, fromJson(input, request, { registry })));
    const call = this.#client.makeServerStreamRequest(path, same, same, bytes, this.#metadata());
    call.on('metadata', onMetadata);
    try {
      for await (const answer of call)
        yield toJson(output, fromBinary(output, answer), { registry, useProtoFieldName: true });
    } catch (error) {
      throw isServiceError(error) ? new CallError(error) : error;
    } finally {
      call.cancel();
    }
  }

  async #lookUp(method: string) {
    const [service = '', name = ''] = method.split('/');
    const answer = await this.reflect({ $case: 'file_containing_symbol', value: service });
    if (answer.$case !== 'file_descriptor_response') throw new Error(`the server has no ${service}`);
    const files = answer.value.file_descriptor_proto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: inOrder(files) }));
    const descriptor: DescService | undefined = registry.getService(service);
    const found = descriptor?.methods.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${service} has no ${name}`);
    return { registry, input: found.input, output: found.output, path: `/${method}` };
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#token !== undefined) metadata.set('authorization', `Bearer ${this.#token}`);
    return metadata;
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'metadata' in error && 'details' in error;
}

/** Each file after those it imports. */
function inOrder(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto): void => {
    for (const name of file.dependency) files.filter((one) => one.name === name).forEach(add);
    ordered.add(file);
  };
  files.forEach(add);
  return [...ordered];
}
