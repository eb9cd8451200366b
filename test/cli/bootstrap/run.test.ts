import { commandLine, look, runPlan, type Surroundings } from '../../../cli/src/bootstrap/run';
import type { Ended } from '../../../cli/src/bootstrap/gcloud';
import type { Step } from '../../../cli/src/bootstrap/step';

const step: Step = {
  id: 'thing',
  describe: 'A thing',
  check: ['look'],
  isThere: (shown) => shown === 'there',
  apply: [['make']],
};
const ok = (shown?: unknown): Ended => ({
  code: 0,
  stdout: shown === undefined ? '' : JSON.stringify(shown),
  stderr: '',
});
const no = (stderr: string): Ended => ({ code: 1, stdout: '', stderr });

/** Answers in order, the last one for ever; time passes at once and is counted. */
function around(answers: Record<string, Ended[]>) {
  const pauses: number[] = [];
  const asked: string[] = [];
  const abort = new AbortController();
  const surroundings: Surroundings = {
    gcloud: ([verb = '']) => {
      asked.push(verb);
      const left = answers[verb] ?? [];
      return Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? no('nothing prepared'));
    },
    clock: { sleep: (ms) => Promise.resolve(void pauses.push(ms)) },
    signal: abort.signal,
    tell: () => {},
  };
  return { surroundings, pauses, asked, abort };
}

test('what Google has not heard of yet is asked again', async () => {
  const late = no('INVALID_ARGUMENT: Service account a@b does not exist.');
  const { surroundings, pauses, asked } = around({ look: [no('NOT_FOUND'), ok('there')], make: [late, late, ok()] });
  expect(await runPlan([step], surroundings)).toMatchObject([{ state: 'done' }]);
  expect(asked).toEqual(['look', 'make', 'make', 'make', 'look']);
  expect(pauses).toHaveLength(2);
});

test('an API that was just turned on is waited for', async () => {
  const off = no('PERMISSION_DENIED: Cloud KMS API has not been used in project 1 before or it is disabled.');
  const { surroundings, pauses } = around({ look: [off, off, ok('there')] });
  expect(await runPlan([step], surroundings)).toMatchObject([{ state: 'there' }]);
  expect(pauses).toHaveLength(2);
});

test('what never comes ends with what to look at', async () => {
  const { surroundings, pauses } = around({ look: [no('NOT_FOUND')], make: [ok()] });
  await expect(runPlan([step], surroundings)).rejects.toMatchObject({
    message: 'A thing: it was made, but is not as it should be',
    hints: ['Look at it: gcloud look'],
  });
  expect(pauses.length).toBeLessThan(20);
});

test('Ctrl-C ends the wait', async () => {
  const { surroundings, abort } = around({ look: [no('NOT_FOUND')], make: [ok()] });
  abort.abort();
  await expect(runPlan([step], surroundings)).rejects.toMatchObject({ name: 'AbortError' });
});

test('a failure that does not pass by itself is told at once', async () => {
  const { surroundings, pauses } = around({ look: [no('HTTPError 403')] });
  await expect(look(['look'], surroundings)).rejects.toMatchObject({ message: 'this failed: gcloud look' });
  expect(pauses).toEqual([]);
});

test('a command is shown as a shell takes it', () => {
  expect(commandLine(['a', "--b=c=='d'", '--e=f g'])).toBe(String.raw`gcloud a '--b=c=='\''d'\''' '--e=f g'`);
});
