import { join } from 'node:path';
import { readCalls, type Call } from './calls';
import { addFault, type Fault } from './faults';
import { openStore, type Thing } from './store';
import type { ValueObject } from './values';

/** A stand-in's cloud as a test sees it: what exists, what was asked, and ways to disturb it. */
export interface StandIn {
  /** What the plugin needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the plugin's launcher, for PATH. */
  readonly bin: string;
  list(type?: string): Thing[];
  /** By id, physical name, or the end of the id. */
  find(type: string, nameOrId: string): Thing | undefined;
  /** A person's change behind Pulumi's back; throws when there is no such thing. */
  drift(type: string, nameOrId: string, change: (properties: ValueObject) => ValueObject): void;
  /** Deletes it behind Pulumi's back; throws when there is no such thing. */
  remove(type: string, nameOrId: string): void;
  /** Puts something there that Pulumi did not make. */
  seed(thing: Thing): void;
  fault(fault: Fault): void;
  calls(): Call[];
}

/** The stand-in `name` with its cloud in `directory`. */
export function standIn(name: 'gcp' | 'docker' | 'kubernetes', directory: string): StandIn {
  const store = openStore(directory);
  const must = (type: string, nameOrId: string): Thing => {
    const thing = store.find(type, nameOrId);
    if (thing !== undefined) return thing;
    const there = store.list(type).map((other) => other.id);
    throw new Error(`no ${type} "${nameOrId}" in ${directory}; there are: ${there.join(', ') || 'none'}`);
  };
  return {
    env: { [`${name.toUpperCase()}_STAND_IN_STATE`]: directory },
    bin: join(__dirname, '..', name, 'bin'),
    list: (type) => store.list(type),
    find: (type, nameOrId) => store.find(type, nameOrId),
    drift: (type, nameOrId, change) => {
      const thing = must(type, nameOrId);
      store.put({ ...thing, properties: change(thing.properties) });
    },
    remove: (type, nameOrId) => {
      const thing = must(type, nameOrId);
      store.remove(thing.type, thing.id);
    },
    seed: (thing) => store.put(thing),
    fault: (fault) => addFault(directory, fault),
    calls: () => readCalls(directory),
  };
}
