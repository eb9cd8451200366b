import type { AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { duplicateForBlocking, redisReady } from '../redis';
import { parseEntry, type Entry } from './entry';
import { comparePositions, origin, parsePosition, type Position } from './position';
import { extentOf, readBlocking, type RawEntry } from './streams';

/** Milliseconds that one XREAD blocks; a silent socket is noticed after about twice that. */
export const blockMs = 5_000;
/** Entries of one stream that one answer holds at most. */
const countLimit = 1_000;
/** Milliseconds between tries while Redis does not answer. */
const pauseMs = 100;

export interface ReaderOptions {
  redis: Redis;
  streams: readonly { type: AgentTypeName; key: string }[];
  deliver: (entry: Entry) => void;
  /** Called when an entry is not what it must be; it is left out. */
  onBadEntry: (error: unknown) => void;
  /** Called with every failure to read; reading goes on. */
  onError: (error: unknown) => void;
  /** Called with every answer, also one without entries. */
  onRead: () => void;
  /** Called when streams of a Redis that came back end before the places reached; the reader goes on from the places given. */
  onReset: (places: ReadonlyMap<AgentTypeName, Position>) => void;
}

/**
 * Follows the streams of one shard over a blocking connection of its own. It remembers its place in every stream, so that a restart of Redis
 * or a cut connection neither skips nor repeats an entry. When a Redis comes back that has lost the end of a stream, or whose clock is behind,
 * it goes back with it: else it would wait for ids that are long to come. A Redis Cluster gets one reader a shard.
 */
export class StreamReader {
  readonly #options: ReaderOptions;
  readonly #places = new Map<string, Position>();
  /** Whether the connection is new, so that what stands behind it may be another Redis. */
  #reconnected = false;
  #connection: Redis | undefined;
  #loop: Promise<void> | undefined;
  #stopping = new AbortController();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Places itself at the end of every stream, then follows. Answers those places. */
  async start(): Promise<ReadonlyMap<AgentTypeName, Position>> {
    const { redis, streams } = this.#options;
    const places = await Promise.all(
      streams.map(async ({ type, key }) => [type, key, (await extentOf(redis, key)).last] as const),
    );
    for (const [, key, place] of places) this.#places.set(key, place);
    this.#stopping = new AbortController();
    this.#connection = duplicateForBlocking(redis, blockMs);
    this.#connection.on('ready', () => (this.#reconnected = true));
    this.#loop = this.#follow(this.#connection, this.#stopping.signal);
    return new Map(places.map(([type, , place]) => [type, place]));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.disconnect();
    await this.#loop;
  }

  #deliver(type: AgentTypeName, raw: RawEntry): void {
    try {
      this.#options.deliver(parseEntry(type, raw.id, raw.fields));
    } catch (error) {
      this.#options.onBadEntry(error);
    }
  }

  /** Compares the places with where the streams end. */
  async #goBack(connection: Redis): Promise<void> {
    const ends = await Promise.all(
      this.#options.streams.map(async ({ type, key }) => ({ type, key, end: (await extentOf(connection, key)).last })),
    );
    const behind = ends.filter(({ key, end }) => comparePositions(end, this.#places.get(key) ?? origin) < 0);
    if (behind.length === 0) return;
    for (const { key, end } of behind) this.#places.set(key, end);
    this.#options.onReset(new Map(behind.map(({ type, end }) => [type, end])));
  }

  async #follow(connection: Redis, signal: AbortSignal): Promise<void> {
    const { streams, onError, onRead } = this.#options;
    while (!signal.aborted) {
      try {
        await redisReady(connection, blockMs);
        if (this.#reconnected) {
          this.#reconnected = false;
          try {
            await this.#goBack(connection);
          } catch (error) {
            this.#reconnected = true; // asked again with the next try
            throw error;
          }
          onRead();
        }
        const places = streams.map(({ type, key }) => ({ type, key, after: this.#places.get(key) ?? origin }));
        for (const { type, entries } of await readBlocking(connection, places, countLimit, blockMs)) {
          const key = streams.find((stream) => stream.type === type)?.key;
          for (const raw of entries) {
            // First the place: an entry that cannot be read must not be read for ever.
            if (key !== undefined) this.#places.set(key, parsePosition(raw.id));
            this.#deliver(type, raw);
          }
        }
        onRead();
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await pause(pauseMs, signal);
      }
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
