import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ValueObject } from './values';

/** One thing that exists in the stand-in's cloud. Secret parts of both trees are {@link concealed} before they get here. */
export interface Thing {
  readonly type: string;
  readonly id: string;
  /** The physical name. */
  readonly name: string;
  /** What was asked for, as in the last create or update. */
  readonly inputs: ValueObject;
  /** The live properties: what `read` answers. A person's change in the console is a change of these. */
  readonly properties: ValueObject;
  /** Why it is not ready; absent when it is. */
  readonly notReady?: readonly string[];
}

const json: z.ZodType<ValueObject> = z.record(z.string(), z.json());
const thingSchema = z.object({
  type: z.string(),
  id: z.string(),
  name: z.string(),
  inputs: json,
  properties: json,
  notReady: z.array(z.string()).optional(),
});

/** What exists, one file each under a directory, so that several plugin processes and a test can share it. */
export interface Store {
  /** Everything, or everything of one type, ordered by type and id. */
  list(type?: string): Thing[];
  get(type: string, id: string): Thing | undefined;
  /** By id, by physical name, or by the end of the id (`location/name`), as import ids may be written. */
  find(type: string, nameOrId: string): Thing | undefined;
  /** Adds a thing; false when the id is taken. */
  add(thing: Thing): boolean;
  /** Writes the thing over what is there. */
  put(thing: Thing): void;
  /** Removes it; false when there was none. */
  remove(type: string, id: string): boolean;
}

/** Opens the store in `directory`, which is made when it is absent. */
export function openStore(directory: string): Store {
  const root = join(directory, 'resources');
  mkdirSync(root, { recursive: true });
  const file = (type: string, id: string) => join(root, folderOf(type), fileOf(id));
  const ofFolder = (folder: string): Thing[] => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.map((name) => parse(join(path, name))).sort((a, b) => compare(a.id, b.id));
  };
  const store: Store = {
    list: (type) => (type === undefined ? readdirSync(root).sort().flatMap(ofFolder) : ofFolder(folderOf(type))),
    get: (type, id) => (existsSync(file(type, id)) ? parse(file(type, id)) : undefined),
    find: (type, nameOrId) => store.get(type, nameOrId) ?? pick(ofFolder(folderOf(type)), nameOrId),
    add: (thing) => {
      mkdirSync(join(root, folderOf(thing.type)), { recursive: true });
      try {
        writeFileSync(file(thing.type, thing.id), text(thing), { flag: 'wx' });
        return true;
      } catch (error) {
        // By its code alone: an error of the file system is no Error of the realm that tests run in.
        if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      }
    },
    put: (thing) => {
      mkdirSync(join(root, folderOf(thing.type)), { recursive: true });
      const path = file(thing.type, thing.id);
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, text(thing));
      renameSync(temporary, path);
    },
    remove: (type, id) => {
      const existed = existsSync(file(type, id));
      rmSync(file(type, id), { force: true });
      return existed;
    },
  };
  return store;
}

function pick(things: readonly Thing[], nameOrId: string): Thing | undefined {
  const matches = [
    (thing: Thing) => thing.name === nameOrId,
    (thing: Thing) => thing.id.endsWith(`/${nameOrId}`),
    (thing: Thing) => values(thing.id).endsWith(`/${nameOrId}`) || values(thing.id) === nameOrId,
  ];
  return matches.map((match) => things.find(match)).find((thing) => thing !== undefined);
}

/** `projects/p/locations/l/clusters/c` → `p/l/c`. */
function values(id: string): string {
  return id
    .split('/')
    .filter((_, index) => index % 2 === 1)
    .join('/');
}

function folderOf(type: string): string {
  return type.replace(/[^\w.-]+/g, '_');
}

function fileOf(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  const readable = id.slice(-60).replace(/[^\w.-]+/g, '_');
  return `${readable}-${hash}.json`;
}

function parse(path: string): Thing {
  const { notReady, ...thing } = thingSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return notReady === undefined ? thing : { ...thing, notReady };
}

function text(thing: Thing): string {
  return `${JSON.stringify(thing, null, 2)}\n`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
