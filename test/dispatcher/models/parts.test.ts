import * as fc from 'fast-check';
import { retryAfterMs, toFailure } from '../../../dispatcher/src/models/failure';
import { memoryGates } from '../../../dispatcher/src/models/gates';
import { limiter } from '../../../dispatcher/src/models/limiter';
import { scrub } from '../../../dispatcher/src/models/scrub';
import { testClock } from '../../support/clock';

describe('a limiter', () => {
  const never = new AbortController().signal;

  it('never has more inside than places, serves in order, and forgets nobody, also when some give up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (places, givesUp) => {
          const line = limiter();
          const holders = await Promise.all(Array.from({ length: places }, () => line.acquire('a', places, never)));
          const order: number[] = [];
          const waiting = givesUp.map((leaves, index) => {
            const controller = new AbortController();
            const wait = async (): Promise<void> => {
              const release = await line.acquire('a', places, controller.signal);
              order.push(index);
              release();
              release();
            };
            const turn = wait();
            if (leaves) controller.abort(new Error('left'));
            return turn.catch(() => undefined);
          });
          expect(order).toEqual([]);
          for (const release of holders) release();
          await Promise.all(waiting);
          expect(order).toEqual(givesUp.flatMap((leaves, index) => (leaves ? [] : [index])));
          const again = await Promise.all(Array.from({ length: places }, () => line.acquire('a', places, never)));
          expect(again).toHaveLength(places);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('turns away who would make the line too long', async () => {
    const line = limiter(1);
    const release = await line.acquire('a', 1, never);
    const second = line.acquire('a', 1, never);
    await expect(line.acquire('a', 1, never)).rejects.toMatchObject({
      code: 'MODEL_RATE_LIMITED',
      retryAfterSeconds: 1,
    });
    release();
    (await second)();
  });
});

describe('a gate', () => {
  it('keeps the longest hold, up to ten minutes, and opens by itself', async () => {
    const clock = { ...testClock(), after: () => () => undefined };
    const gates = memoryGates(clock);
    await gates.hold('p', 'm', 5_000);
    await gates.hold('p', 'm', 1_000);
    expect(await gates.heldFor('p', 'm')).toBe(5_000);
    expect(await gates.heldFor('p', 'other')).toBe(0);
    clock.advance(5_000);
    expect(await gates.heldFor('p', 'm')).toBe(0);
    await gates.hold('p', 'm', 1e12);
    expect(await gates.heldFor('p', 'm')).toBe(600_000);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2030, 0, 1);
  const info = { error: { details: [{ '@type': 'type.googleapis.com/google.rpc.Help' }, { retryDelay: '13.5s' }] } };
  it.each([
    [{ 'retry-after': '7' }, undefined, 7_000],
    [{ 'retry-after': 'Tue, 01 Jan 2030 00:00:09 GMT' }, undefined, 9_000],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, undefined, 250],
    [{}, info, 13_500],
    [{}, undefined, 5_000],
    [{ 'retry-after': 'soon' }, undefined, 5_000],
    [{ 'retry-after': '-3' }, { error: 'x' }, 5_000],
  ])('of %j and %j is %d ms', (headers: Record<string, string>, body: unknown, wait) => {
    expect(retryAfterMs(headers, body, now)).toBe(wait);
  });
});

describe('what a provider says', () => {
  it('is passed on without keys, in one bounded line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^[!-~]{8,40}$/),
        fc.string(),
        (before, key, after) => {
          const text = scrub(`${before}${key}${after}`, [key]);
          expect(text.includes(key) && !'[key]'.includes(key)).toBe(false);
          expect(text.length).toBeLessThanOrEqual(500);
          expect(text).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
  });

  it.each([
    'Incorrect API key provided: sk-proj-abcdef****wxyz.',
    'Authorization: Bearer abc.def',
    'see https://example.com/v1?key=AIzaSyA1234567890&alt=sse',
    'token ya29.a0AfH6SMB',
  ])('loses what looks like a key: %s', (text) => {
    expect(scrub(text, [])).not.toMatch(/abcdef|abc\.def|AIzaSyA|a0AfH6/);
  });

  it.each([
    [{ message: 'Slow down', type: 'rate_limit_error', statusCode: 429 }, 'rate_limited'],
    [{ message: 'Quota', type: 'RESOURCE_EXHAUSTED', statusCode: 429 }, 'rate_limited'],
    [{ message: 'Overloaded', type: 'overloaded_error', statusCode: 529 }, 'unavailable'],
    [{ message: 'Down', type: 'UNAVAILABLE', code: 503, statusCode: 503 }, 'unavailable'],
    [{ message: 'No', type: 'server_error', code: null }, 'unavailable'],
    [{ message: 'Too long', type: 'invalid_request_error', statusCode: 400 }, 'refused'],
    [{ message: 'Odd', type: 'odd' }, 'failed'],
  ])('in the middle of an answer is understood: %j', (event, kind) => {
    expect(toFailure(event, [], 0)).toMatchObject({ kind });
  });

  it.each([undefined, null, 42, 'text', {}, [], new Error('odd'), { message: 5 }])(
    'is a failure, whatever it is: %p',
    (thrown) => {
      expect(toFailure(thrown, [], 0)).toMatchObject({ kind: 'failed' });
    },
  );
});
