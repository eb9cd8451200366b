import type { Marked } from '../shared/values';
import type { Gvk, KubeObject } from './object';

/** What a backend made of an object. */
export interface Outcome {
  /** The object as the API server would answer it. */
  live: KubeObject;
  /** Why it is not ready yet; empty when it is. */
  notReady: readonly string[];
}

/** What goes with every write. */
export interface WriteOptions {
  /** Try only: nothing is kept. */
  preview: boolean;
  /** The program's `customTimeouts`, in seconds; 0: the backend's own. */
  timeoutSeconds: number;
  /** Who owns the fields that are written. */
  fieldManager: string;
}

/** A cluster, as the provider drives it. Everything that it refuses is a `RefusedError`. */
export interface Backend {
  /** Throws when the cluster does not answer. */
  connect(): Promise<void>;
  /** Makes the object. With `upsert`, one that is there already is updated. */
  create(object: Marked, upsert: boolean, options: WriteOptions): Promise<Outcome>;
  /** Turns the object that `previous` made into this one. */
  apply(object: Marked, previous: KubeObject, options: WriteOptions): Promise<Outcome>;
  /** The live object; undefined when it is gone. `known` are trees in which secret parts of it may be found. */
  read(gvk: Gvk, namespace: string, name: string, known: readonly KubeObject[]): Promise<Outcome | undefined>;
  /** Deletes it and waits until it is gone. Nothing to do when it is not there. */
  remove(object: KubeObject, options: Pick<WriteOptions, 'timeoutSeconds'>): Promise<void>;
}
