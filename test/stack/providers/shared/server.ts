import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { handlers } from './handlers';
import { NotReadyError, RefusedError, type StandInProvider } from './provider';
import { toWire } from './wire';

const MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_CHECK_MS = 1_000;

/** A provider that listens on the loopback. */
export interface Served {
  readonly port: number;
  /** Cuts what is under way; may be called twice. */
  stop(): void;
}

/** Binds a free port of the loopback and answers for the provider there. */
export async function listen(provider: StandInProvider): Promise<Served> {
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.max_send_message_length': MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, services(handlers(provider)));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}

/** Serves a provider to the engine that started this process: prints the port, as it expects, and stays until it is gone. */
export async function serve(provider: StandInProvider): Promise<void> {
  const { port } = await listen(provider);
  const parent = process.ppid;
  // An engine that was killed cannot stop its plugins; a new parent tells of it.
  setInterval(() => process.ppid !== parent && process.exit(0), PARENT_CHECK_MS).unref();
  process.stdout.write(`${port}\n`);
}

function services(answers: ReturnType<typeof handlers>): UntypedServiceImplementation {
  // The service's definition deserialises for each method the request that its handler takes.
  const plain = answers as unknown as Record<string, (request: unknown) => Promise<unknown>>;
  return Object.fromEntries(Object.entries(plain).map(([method, answer]) => [method, unary(answer)]));
}

/** One RPC as a function of its request. */
function unary<Request, Response>(answer: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
  const reply: (...call: Parameters<handleUnaryCall<Request, Response>>) => Promise<void> = async (call, callback) => {
    const [outcome] = await Promise.allSettled([answer(call.request)]);
    if (outcome.status === 'fulfilled') callback(null, outcome.value);
    else callback(toServiceError(outcome.reason));
  };
  return (call, callback) => void reply(call, callback);
}

function toServiceError(error: unknown): Partial<ServiceError> {
  if (error instanceof NotReadyError) return initFailed(error);
  if (error instanceof RefusedError) return { code: status.UNKNOWN, details: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: status.INTERNAL, details: `fault of the stand-in itself: ${text}` };
}

/** The engine reads the partial state from the details of the status, packed as Go's gRPC does. */
function initFailed(error: NotReadyError): Partial<ServiceError> {
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toWire(error.state));
  detail.setInputs(toWire(error.inputs));
  detail.setReasonsList([...error.reasons]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const full = new Status();
  full.setCode(status.UNKNOWN);
  full.setMessage(error.message);
  full.addDetails(packed);
  const metadata = new Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(full.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}
