import type { AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { coalesced } from '../coalesced';
import { queueKeys } from '../queue/keys';
import { pastLogLines } from './catchUp';
import type { Follower } from './follower';
import type { TaskItem } from './hub';
import type { Position } from './position';
import { lastPosition } from './streams';

/** The end of one task's log, read once for all who follow it. */
class LogTail {
  readonly followers = new Set<Follower<TaskItem>>();
  readonly #reading = coalesced(() => this.#read());

  constructor(
    private readonly redis: Redis,
    private readonly stream: { type: AgentTypeName; key: string; taskId: string },
    public position: Position,
  ) {}

  /** Reads what is new, at least up to what was there when called. */
  poke(): Promise<void> {
    return this.#reading.ask();
  }

  async #read(): Promise<void> {
    for await (const { position, event } of pastLogLines(this.redis, this.stream, this.position, '+')) {
      this.position = position;
      for (const follower of this.followers) follower.push({ source: 'log', position, event }, 1);
    }
  }
}

/**
 * The logs that someone follows. A message on the type's channel only says that a task has new lines; the lines come from its stream, so
 * that a message lost with the connection loses nothing: every tail is read again once it is back.
 */
export class LogTails {
  readonly #tails = new Map<string, { tail: Promise<LogTail>; users: number }>();
  readonly #channels = new Map<string, number>();
  #subscriber: Redis | undefined;

  constructor(private readonly redis: Redis) {}

  start(): void {
    const subscriber = this.redis.duplicate();
    subscriber.on('error', () => undefined); // it reconnects by itself
    subscriber.on('ready', () => {
      for (const channel of this.#channels.keys()) subscriber.ssubscribe(channel).catch(() => undefined); // retried when ready again
      this.#pokeAll();
    });
    subscriber.on('smessage', (channel: string, ulids: string) => {
      const type = /\{(.+)\}/.exec(channel)?.[1] ?? '';
      for (const ulid of ulids.split(' ')) this.poke(`${type}-${ulid}`);
    });
    this.#subscriber = subscriber;
  }

  stop(): void {
    this.#subscriber?.disconnect();
    this.#subscriber = undefined;
  }

  #pokeAll(): void {
    for (const taskId of this.#tails.keys()) this.poke(taskId);
  }

  /** Has the log of a task read, if someone follows it. */
  poke(taskId: string): void {
    this.#tails
      .get(taskId)
      ?.tail.then((tail) => tail.poke())
      .catch(() => undefined); // read again at the next poke
  }

  /** Follows a task's log from its present end, which is answered, until `close`. */
  async open(
    type: AgentTypeName,
    ulid: string,
    follower: Follower<TaskItem>,
  ): Promise<{ from: Position; flush: () => Promise<void>; close: () => void }> {
    const taskId = `${type}-${ulid}`;
    const keys = queueKeys(type);
    const shared = this.#tails.get(taskId) ?? { tail: this.#openTail(type, taskId, keys.log + ulid), users: 0 };
    shared.users += 1;
    this.#tails.set(taskId, shared);
    this.#subscribe(keys.logs);
    let closed = false;
    const close = (): void => {
      if (closed) return;
      closed = true;
      shared.users -= 1;
      if (shared.users === 0 && this.#tails.get(taskId) === shared) this.#tails.delete(taskId);
      this.#unsubscribe(keys.logs);
    };
    try {
      const tail = await shared.tail;
      tail.followers.add(follower);
      return {
        from: tail.position,
        flush: () => tail.poke(),
        close: () => {
          tail.followers.delete(follower);
          close();
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  async #openTail(type: AgentTypeName, taskId: string, key: string): Promise<LogTail> {
    return new LogTail(this.redis, { type, key, taskId }, await lastPosition(this.redis, key));
  }

  #subscribe(channel: string): void {
    const users = this.#channels.get(channel) ?? 0;
    this.#channels.set(channel, users + 1);
    // What was written before the subscription holds is found by the poke after it.
    if (users === 0) {
      this.#subscriber
        ?.ssubscribe(channel)
        .then(() => this.#pokeAll())
        .catch(() => undefined); // subscribed when the connection is ready
    }
  }

  #unsubscribe(channel: string): void {
    const users = (this.#channels.get(channel) ?? 1) - 1;
    if (users > 0) {
      this.#channels.set(channel, users);
      return;
    }
    this.#channels.delete(channel);
    this.#subscriber?.sunsubscribe(channel).catch(() => undefined); // not subscribed any more either way
  }
}
