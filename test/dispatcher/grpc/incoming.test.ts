import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { workerFrameCodec, type WorkerFrame } from '@agent-factory/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { maxWaitingFrames, readFrames } from '../../../dispatcher/src/grpc/worker/incoming';
import { afterMicrotasks } from '../../support/microtasks';

type Call = ServerDuplexStream<Buffer, Buffer>;

/** The reading side of a call, with frames `free: 0, 1, 2, …` to read; counts those that were read. */
function callWith(frames: number): { call: Call; taken: () => number } {
  let taken = 0;
  const stream = new Duplex({
    objectMode: true,
    highWaterMark: 1,
    read() {
      this.push(taken < frames ? workerFrameCodec.encode({ kind: 'credits', free: taken }) : null);
      taken += 1;
    },
    write: (_chunk, _encoding, done) => done(),
  });
  return { call: stream as unknown as Call, taken: () => taken }; // the reading part is all that is used
}

test('reading stops while frames wait to be handled, and goes on in order', async () => {
  const { call, taken } = callWith(200);
  const seen: number[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const over = new Promise<void>((resolve) => {
    readFrames(call, {
      async frame(frame: WorkerFrame) {
        await gate;
        if (frame.kind === 'credits') seen.push(frame.free);
      },
      failed: (error) => seen.push(Number(error)),
      over: resolve,
    });
  });
  for (let turn = 0; turn < 300; turn += 1) await setImmediate();
  // One is handled, so many wait, and the stream itself holds one or two.
  expect(taken()).toBeLessThanOrEqual(maxWaitingFrames + 4);
  release();
  await over;
  expect(seen).toEqual(Array.from({ length: 200 }, (_, index) => index));
});

test('after a frame that fails, nothing more is handled', async () => {
  const { call } = callWith(10);
  const seen: number[] = [];
  const failures: unknown[] = [];
  await new Promise<void>((resolve) => {
    readFrames(call, {
      async frame(frame: WorkerFrame) {
        if (frame.kind === 'credits') seen.push(frame.free);
        if (seen.length === 3) throw new Error('no');
      },
      failed: (error) => failures.push(error),
      over: resolve,
    });
  });
  expect(seen).toEqual([0, 1, 2]);
  expect(failures).toHaveLength(1);
});

test('a frame that comes as the handling ends is handled, whatever the moment', async () => {
  const lost: number[] = [];
  for (let offset = 0; offset < 30; offset += 1) {
    const call = Object.assign(new EventEmitter(), { isPaused: () => false });
    const gate = Promise.withResolvers<void>();
    let handled = 0;
    readFrames(call as unknown as Call, {
      frame: async () => {
        handled += 1;
        if (handled === 1) await gate.promise;
      },
      failed: () => undefined,
      over: () => undefined,
    }); // the reading part is all that is used
    const bytes = workerFrameCodec.encode({ kind: 'credits', free: 1 });
    call.emit('data', bytes);
    gate.resolve();
    await afterMicrotasks(offset);
    call.emit('data', bytes);
    await setImmediate();
    if (handled !== 2) lost.push(offset);
  }
  expect(lost).toEqual([]);
});
