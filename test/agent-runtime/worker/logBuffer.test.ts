import type { LeaseRef } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { LogBuffer, logLimits } from '../../../agent-runtime/src/worker/logBuffer';
import { lease } from './harness';
import { ManualClock } from './manualClock';

type Line = LeaseRef & { text: string; stream: string };

function given(): {
  clock: ManualClock;
  buffer: LogBuffer;
  frames: Line[][];
  texts: () => string[];
  open: { is: boolean };
} {
  const clock = new ManualClock();
  const frames: Line[][] = [];
  const open = { is: true };
  const buffer = new LogBuffer(clock, (lines) => {
    if (open.is) frames.push(lines);
    return open.is;
  });
  return { clock, buffer, frames, texts: () => frames.flat().map(({ text }) => text), open };
}

it('waits 200 ms for more lines', () => {
  const { clock, buffer, frames, texts } = given();
  buffer.add(lease(1), 'stdout', 'one');
  clock.advance(199);
  buffer.add(lease(1), 'stdout', 'two');
  expect(frames).toEqual([]);
  clock.advance(1);
  expect(frames).toHaveLength(1);
  expect(texts()).toEqual(['one', 'two']);
  expect(clock.pending).toBe(0);
});

it('does not wait once there are a hundred', () => {
  const { buffer, frames } = given();
  for (let n = 0; n < 100; n += 1) buffer.add(lease(1), 'stdout', `line ${n}`);
  expect(frames.map(({ length }) => length)).toEqual([100]);
});

it('keeps order and loses nothing within its bounds, however the connection comes and goes', () => {
  const step = fc.oneof(
    fc.record({ add: fc.string({ minLength: 1 }).filter((text) => !/[\r\n]/.test(text)) }),
    fc.record({ open: fc.boolean() }),
    fc.record({ advance: fc.integer({ min: 0, max: 500 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const { clock, buffer, texts, open } = given();
      const said: string[] = [];
      for (const each of steps) {
        if ('add' in each) {
          said.push(each.add);
          buffer.add(lease(1), 'stdout', each.add);
        } else if ('open' in each) open.is = each.open;
        else clock.advance(each.advance);
      }
      open.is = true;
      buffer.flush();
      expect(texts()).toEqual(said);
    }),
  );
});

it('drops what comes faster than it can be sent, and says how much', () => {
  const { buffer, texts, open } = given();
  open.is = false;
  for (let n = 0; n < logLimits.taskLines + 7; n += 1) buffer.add(lease(1), 'stdout', `line ${n}`);
  open.is = true;
  buffer.flush();
  expect(texts()).toHaveLength(logLimits.taskLines + 1);
  expect(texts().at(-1)).toMatch(/^7 lines of the log were dropped/);
});

it('bounds a task by characters too, and each frame', () => {
  const { buffer, frames, texts, open } = given();
  open.is = false;
  for (let n = 0; n < 100; n += 1) buffer.add(lease(1), 'stdout', 'x'.repeat(16_000));
  open.is = true;
  buffer.flush();
  expect(texts().at(-1)).toMatch(/^38 lines/);
  for (const frame of frames)
    expect(frame.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(250_000);
});

it('does not let one task take the room of another', () => {
  const { buffer, texts, open } = given();
  open.is = false;
  for (let n = 0; n < 5_000; n += 1) buffer.add(lease(1), 'stdout', 'noise');
  buffer.add(lease(2), 'stdout', 'signal');
  open.is = true;
  buffer.flush();
  expect(texts()).toContain('signal');
});

it('cuts a line that is longer than a frame allows', () => {
  const { buffer, texts } = given();
  buffer.add(lease(1), 'stdout', 'x'.repeat(40_000));
  buffer.flush();
  expect(texts().map(({ length }) => length)).toEqual([16_384, 16_384, 7_232]);
});

it('sends nothing of a lease that is over', () => {
  const { buffer, frames } = given();
  buffer.add(lease(1), 'stdout', 'stale');
  buffer.drop(lease(1));
  buffer.flush();
  expect(frames).toEqual([]);
});
