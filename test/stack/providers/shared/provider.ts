import type { Marked, ValueObject } from './values';

/** What the engine says of a resource with every request. */
export interface Target {
  readonly urn: string;
  /** The type token, such as `gcp:redis/instance:Instance`. */
  readonly type: string;
  /** The name in the program. */
  readonly name: string;
}

/** One fault of an input, shown by the engine as "<path>: <reason>". */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest extends Target {
  readonly olds: Marked;
  readonly news: Marked;
  /** Same in the preview and the update of one resource; auto-naming draws from it. */
  readonly seed: Uint8Array;
}

export interface CheckResult {
  readonly inputs: Marked;
  readonly failures: readonly Failure[];
}

export interface DiffRequest extends Target {
  readonly id: string;
  /** The state (outputs) of the last operation. */
  readonly oldState: Marked;
  readonly oldInputs: Marked;
  readonly news: Marked;
  readonly ignoreChanges: readonly string[];
}

/** `replace` on any path replaces the whole resource. */
export interface PropertyChange {
  readonly kind: 'add' | 'delete' | 'update';
  readonly replace: boolean;
}

export interface DiffResult {
  readonly changes: ReadonlyMap<string, PropertyChange>;
  readonly deleteBeforeReplace: boolean;
}

/** The program's `customTimeouts`, in seconds; 0 or absent: the provider's own. */
interface Timed {
  readonly timeoutSeconds?: number;
}

export interface CreateRequest extends Target, Timed {
  readonly inputs: Marked;
  readonly preview: boolean;
}

export interface UpdateRequest extends Target, Timed {
  readonly id: string;
  readonly oldState: Marked;
  readonly oldInputs: Marked;
  readonly news: Marked;
  readonly preview: boolean;
}

export interface ReadRequest extends Target {
  readonly id: string;
  readonly state: Marked;
  readonly inputs: Marked;
}

export interface ReadResult {
  readonly id: string;
  readonly state: Marked;
  readonly inputs: Marked;
}

export interface DeleteRequest extends Target, Timed {
  readonly id: string;
  readonly state: Marked;
}

export interface InvokeResult {
  readonly value: ValueObject;
  readonly secrets?: ReadonlySet<string>;
  readonly failures?: readonly Failure[];
}

/** What a change of the provider's own configuration means. */
export interface ConfigDiff {
  readonly changed: readonly string[];
  /** Keys whose change means another cloud, so that everything is replaced. */
  readonly replaces: readonly string[];
}

type Awaitable<T> = T | Promise<T>;

/** A provider as the gRPC server of this folder serves it. Methods throw {@link RefusedError} or {@link NotReadyError}. */
export interface StandInProvider {
  readonly name: string;
  readonly version: string;
  checkConfig(news: Marked): Awaitable<readonly Failure[]>;
  /** Names of configuration keys whose change means another cloud, so that everything is replaced. */
  readonly replacedByConfig: readonly string[];
  /** Instead of {@link replacedByConfig}, where it takes more than the names of what changed. */
  diffConfig?(olds: ValueObject, news: ValueObject): ConfigDiff;
  configure(config: ValueObject): Awaitable<void>;
  check(request: CheckRequest): Awaitable<CheckResult>;
  diff(request: DiffRequest): Awaitable<DiffResult>;
  create(request: CreateRequest): Awaitable<{ readonly id: string; readonly state: Marked }>;
  read(request: ReadRequest): Awaitable<ReadResult | undefined>;
  update(request: UpdateRequest): Awaitable<Marked>;
  delete(request: DeleteRequest): Awaitable<void>;
  invoke(token: string, args: Marked): Awaitable<InvokeResult>;
}

/** The cloud says no; `code` is what the call log keeps (never a value). */
export class RefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** The thing was made (or found), but is not ready: the engine keeps the partial state and repairs it in the next update. */
export class NotReadyError extends Error {
  constructor(
    readonly id: string,
    readonly state: Marked,
    readonly inputs: Marked,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join('; '));
    this.name = 'NotReadyError';
  }
}

/** A marked tree without secrets. */
export function unmarked(value: ValueObject): Marked {
  return { value, secrets: new Set() };
}
