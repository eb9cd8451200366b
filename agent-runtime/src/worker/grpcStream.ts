import { readFile } from 'node:fs/promises';
import {
  dispatcherFrameCodec,
  workerFrameCodec,
  workMethodPath,
  type DispatcherFrame,
  type WorkerFrame,
} from '@agent-factory/contract';
import { Client, credentials, Metadata, status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import type { Logger } from '../log';
import type { FrameStream, OpenStream } from './stream';

/** Tokens are short; a file that is not is no token. */
const maxTokenLength = 8_192;

/** Channel options: dead connections are found in 15 s, large frames (many tasks at once) pass, the channel's own backoff stays below ours. */
const channelOptions = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': 128 * 1_048_576,
  'grpc.max_send_message_length': 16 * 1_048_576,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.enable_http_proxy': 0,
};

type Duplex = ClientDuplexStream<WorkerFrame, DispatcherFrame | undefined>;

/** Streams over gRPC to `address` (host:port). The token is read from its file for each stream, so that a new one is taken up. */
export function grpcStreams(address: string, tokenFile: string, log: Logger): { open: OpenStream; close(): void } {
  const client = new Client(address, credentials.createInsecure(), channelOptions);
  const open: OpenStream = async (handlers) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await readToken(tokenFile)}`);
    const call: Duplex = client.makeBidiStreamRequest(
      workMethodPath,
      (frame: WorkerFrame) => workerFrameCodec.encode(frame),
      (bytes: Buffer) => decode(bytes, log),
      metadata,
    );
    call.on('data', (frame: DispatcherFrame | undefined) => frame && handlers.frame(frame));
    call.on('drain', () => handlers.writable());
    // Every call ends with a status, after an error too; the error event must have a listener nonetheless.
    call.on('error', () => undefined);
    call.on('status', ({ code, details }: Pick<ServiceError, 'code' | 'details'>) => {
      const name: string = status[code] ?? String(code);
      handlers.closed(code === status.OK ? undefined : new Error(`${name}: ${details}`));
    });
    return wrap(call);
  };
  return { open, close: () => client.close() };
}

function wrap(call: Duplex): FrameStream {
  let ended = false;
  return {
    send: (frame) => !ended && call.write(frame),
    end: () => {
      if (!ended) call.end();
      ended = true;
    },
    destroy: () => {
      ended = true;
      call.cancel();
    },
  };
}

/** A frame that this version does not know is passed over: a newer dispatcher may say more, and the stream goes on. */
function decode(bytes: Buffer, log: Logger): DispatcherFrame | undefined {
  try {
    return dispatcherFrameCodec.decode(bytes);
  } catch (error) {
    log.error(
      { reason: error instanceof Error ? error.message.slice(0, 500) : 'unreadable' },
      'unreadable frame ignored',
    );
    return undefined;
  }
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8')).trim();
  if (token === '' || token.length > maxTokenLength || !/^[\x21-\x7e]+$/.test(token))
    throw new Error('the token file does not hold a token');
  return token;
}
