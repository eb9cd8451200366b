import { Duplex } from 'node:stream';
import { fileDescriptors, readMessage, reflectionMessages, writeMessage } from '@agent-factory/contract';
import type { Server, UntypedServiceImplementation } from '@grpc/grpc-js';
import { addReflection, reflectionLimits, reflector } from '../../../dispatcher/src/grpc/reflection';

const { ServerReflectionRequest, ServerReflectionResponse } = reflectionMessages;
type Question = NonNullable<reflectionMessages.ServerReflectionRequest['message_request']>;
const file: Question = { $case: 'file_by_filename', value: 'agentfactory/v1/task.proto' };

function question(host = '', message_request: Question = file): Buffer {
  return writeMessage(ServerReflectionRequest, { host, message_request });
}

/** One stream as the server has it, with a client that reads when told to. */
class FakeCall extends Duplex {
  readonly answers: Buffer[] = [];
  failure: { code: number } | undefined;
  cancelled = false;
  #unread: (() => void)[] = [];

  constructor(private readonly reads: boolean) {
    super({ objectMode: true, read: () => undefined });
    // As grpc-js does: an error is how the stream ends.
    this.on('error', (error: Error & { code: number }) => {
      this.failure = error;
      this.end();
    });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.answers.push(chunk);
    if (this.reads) done();
    else this.#unread.push(done);
  }

  /** The client reads one answer. */
  readOne(): void {
    this.#unread.shift()?.();
  }

  cut(): void {
    this.cancelled = true;
    this.emit('cancelled');
    this.destroy();
  }
}

/** The service alone, with a clock whose timers fire when told to. */
function service() {
  let open = (_call: FakeCall): void => undefined;
  const server = {
    addService: (_definition: object, { serverReflectionInfo }: UntypedServiceImplementation) => {
      open = serverReflectionInfo as unknown as typeof open; // the fake has what it uses of a call
    },
  };
  const timers = new Set<() => void>();
  const clock = {
    now: () => 0,
    after: (_ms: number, run: () => void) => {
      timers.add(run);
      return () => void timers.delete(run);
    },
  };
  addReflection(server as unknown as Server, fileDescriptors, clock); // nothing else is called of it
  return {
    timers,
    stream: (reads = true): FakeCall => {
      const call = new FakeCall(reads);
      open(call);
      return call;
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('questions are answered no faster than the answers are read', async () => {
  const { stream } = service();
  const call = stream(false);
  for (let count = 0; count < 20_000; count += 1) call.push(question());
  await settled();
  expect(call.writableLength).toBeLessThanOrEqual(call.writableHighWaterMark);
  expect(call.isPaused()).toBe(true);
  // It goes on as they are read.
  for (let count = 0; count < 100; count += 1) {
    call.readOne();
    await settled();
  }
  expect(call.answers.length).toBeGreaterThan(90);
  expect(call.writableLength).toBeLessThanOrEqual(call.writableHighWaterMark);
});

test('streams are bounded in number, and one that ends makes room', async () => {
  const { stream } = service();
  const calls = Array.from({ length: reflectionLimits.streams }, () => stream());
  expect(stream().failure).toMatchObject({ code: 8 });
  calls[0]?.push(null);
  calls[1]?.cut();
  await settled();
  await settled();
  expect([stream().failure, stream().failure]).toEqual([undefined, undefined]);
  expect(stream().failure).toMatchObject({ code: 8 });
});

test('a stream that asks nothing, or reads nothing, is ended; one that stays unread keeps its place', async () => {
  const { stream, timers } = service();
  const silent = stream();
  const unread = stream(false);
  for (let count = 0; count < 100; count += 1) unread.push(question());
  await settled();
  for (const run of timers) run();
  expect(silent.failure).toMatchObject({ code: 4 });
  expect(unread.failure).toMatchObject({ code: 4 });
  await settled();
  const more = Array.from({ length: reflectionLimits.streams }, () => stream());
  expect(more.filter(({ failure }) => failure !== undefined)).toHaveLength(1);
});

test('a question that is far too long is refused, since the answer would repeat it', async () => {
  const { stream } = service();
  const call = stream();
  call.push(question('h'.repeat(reflectionLimits.questionBytes)));
  await settled();
  expect(call.failure).toMatchObject({ code: 3 });
  expect(call.answers).toEqual([]);
});

test('an answer is made once', () => {
  const answer = reflector(fileDescriptors);
  const ask = (): unknown => answer({ host: '', message_request: file }).message_response;
  expect(ask()).toBe(ask());
  const bytes = writeMessage(ServerReflectionResponse, answer({ host: 'h', message_request: file }));
  expect(readMessage(ServerReflectionResponse, bytes)).toMatchObject({ valid_host: 'h' });
});
