/** A clock that moves only when told to. */
export interface TestClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

export function testClock(start = Date.UTC(2030, 0, 1)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}
