import { Follower } from '../../../dispatcher/src/events/follower';
import type { TaskItem } from '../../../dispatcher/src/events/hub';
import { LogTails } from '../../../dispatcher/src/events/logTails';
import { afterMicrotasks } from '../../support/microtasks';

const line = ['5-0', ['l', '{"at":"2026-01-01T00:00:00.000Z","stream":"stdout","text":"the last line"}']];

/** A log without lines, whose first reading waits for the gate. */
function logOf(gate: Promise<void>) {
  const log: unknown[] = [];
  let reads = 0;
  const call = async (command: string): Promise<unknown> => {
    if (command === 'XREVRANGE') return [];
    reads += 1;
    const found = log.splice(0);
    if (reads === 1) await gate;
    return found;
  };
  return { log, redis: { call } };
}

test('a line that is there when its reading is asked for is read, however that falls to the end of a reading', async () => {
  const lost: number[] = [];
  for (let offset = 0; offset < 30; offset += 1) {
    const gate = Promise.withResolvers<void>();
    const { log, redis } = logOf(gate.promise);
    const tails = new LogTails(redis as never); // the two commands that it needs
    const follower = new Follower<TaskItem>(new AbortController().signal, 100);
    const tail = await tails.open('python', '0'.repeat(26), follower);
    const first = tail.flush();
    await afterMicrotasks(30); // the reading waits for its answer
    gate.resolve();
    await afterMicrotasks(offset);
    log.push(line);
    await tail.flush();
    if (follower.take() === undefined) lost.push(offset);
    await first;
    tail.close();
  }
  expect(lost).toEqual([]);
});
