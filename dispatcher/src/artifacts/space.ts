import { FactoryError } from '@agent-factory/contract';
import { coalesced } from '../coalesced';

/** What a look at the store found. */
export interface Swept {
  /** How many files were dropped. */
  dropped: number;
  /** Bytes of those that stay. */
  kept: number;
}

export interface SpaceOptions {
  /** Bytes that may be stored and under way together. */
  maxTotalBytes: number;
  /** Looks at all that is stored, what is under way not included, and drops what is too old and, oldest use first, what is above `most` bytes. */
  sweep: (most: number) => Promise<Swept>;
}

/** One upload's share of the space. */
interface Share {
  /** Counts bytes before they are written. Where they do not fit, room is made for them first. Throws ARTIFACT_STORE_FULL. */
  take(bytes: number): Promise<void>;
  /** Has `store` make an artifact of so many bytes of the upload, while no sweep looks at the store. It answers whether they are stored besides. */
  keep(bytes: number, store: () => Promise<boolean>): Promise<boolean>;
  /** Gives back what was not kept, once it is removed; to be called whatever happened. Safe to call twice. */
  end(): void;
}

/** Keeps what is stored and what is under way within a total, at any time and not only after a sweep. */
export interface Space {
  share(): Share;
  /** Drops what is too old or above the total. Answers how many. */
  sweep(): Promise<number>;
}

/** Part of the total that is freed beyond what is needed, so that a full store is not looked through for every few bytes. */
const spare = 1 / 16;

export function createSpace({ maxTotalBytes, sweep }: SpaceOptions): Space {
  let stored: number | undefined;
  let underWay = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** Shares that were refused and have not ended yet, and the next of their ends. */
  const leaving = new Set<Share>();
  let departure = Promise.withResolvers<void>();

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const sweepTo = (part: number): Promise<number> =>
    alone(async () => {
      const { dropped, kept } = await sweep(Math.max(0, maxTotalBytes * part - underWay));
      stored = kept;
      return dropped;
    });
  const count = coalesced(async () => void (await sweepTo(1)));
  const makeRoom = coalesced(async () => void (await sweepTo(1 - spare)));
  const fits = (): boolean => (stored ?? 0) + underWay <= maxTotalBytes;

  const share = (): Share => {
    let taken = 0;
    const own: Share = {
      async take(bytes) {
        taken += bytes;
        underWay += bytes;
        if (stored === undefined) await count.ask();
        if (!fits()) await makeRoom.ask();
        // One that was refused makes room for the others: not all of those that are too many together have to go.
        while (!fits() && leaving.size > 0) await departure.promise;
        if (fits()) return;
        leaving.add(own);
        throw new FactoryError('ARTIFACT_STORE_FULL', `all artifacts together may hold ${maxTotalBytes} bytes`);
      },
      keep: (bytes, store) =>
        alone(async () => {
          const added = await store();
          if (!added) return false;
          own.end();
          if (stored !== undefined) stored += bytes;
          return true;
        }),
      end() {
        underWay -= taken;
        taken = 0;
        if (!leaving.delete(own)) return;
        departure.resolve();
        departure = Promise.withResolvers();
      },
    };
    return own;
  };
  return { share, sweep: () => sweepTo(1) };
}
