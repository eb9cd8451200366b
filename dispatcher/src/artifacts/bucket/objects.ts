import { digestSchema } from '@agent-factory/contract';
import { z } from 'zod';
import type { Client } from './client';
import { unavailable } from './refusal';

/** An artifact's object as the service describes it. */
export interface StoredObject {
  name: string;
  size: number;
  /** Which bytes; never used twice. */
  generation: string;
  /** Counts changes of what is said about the bytes, such as their last use. */
  metageneration: string;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** MD5 of the bytes in base64, as the service has them. */
  md5: string | undefined;
}

/** What the service is asked to tell of an object. */
export const objectFields = 'name,size,generation,metageneration,customTime,timeCreated,md5Hash';

const instant = z.string().transform((text) => Date.parse(text));
const objectSchema = z
  .object({
    name: z.string(),
    size: z.string().regex(/^\d+$/).transform(Number),
    generation: z.string(),
    metageneration: z.string(),
    customTime: instant.optional(),
    timeCreated: instant,
    md5Hash: z.string().optional(),
  })
  .transform(({ customTime, timeCreated, md5Hash, ...rest }): StoredObject => ({
    ...rest,
    usedAt: customTime ?? timeCreated,
    md5: md5Hash,
  }));
const pageSchema = z.object({ items: z.array(objectSchema).default([]), nextPageToken: z.string().optional() });
const permissionsSchema = z.object({ permissions: z.array(z.string()).default([]) });

/** Where artifacts lie in their bucket. */
const folder = 'sha256/';

/** Only digests of the exact form become names. */
export function nameOf(digest: string): string {
  return `${folder}${digestSchema.parse(digest).slice('sha256:'.length)}`;
}

/** Path of an object. */
export function addressOf(bucket: string, name: string): string {
  return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}

/** What the role of the bucket's writers allows and the store needs. */
const needed = ['create', 'delete', 'get', 'list', 'update'].map((right) => `storage.objects.${right}`);

/** The objects of a bucket. Every method throws STORE_UNAVAILABLE. */
export interface Objects {
  /** Undefined when there is none. */
  stat(name: string): Promise<StoredObject | undefined>;
  /** Sets the time of last use of just this object; undefined when it is gone. One that changed meanwhile is left as it is. */
  touch(object: StoredObject, time: number): Promise<StoredObject | undefined>;
  /** Removes the object unless it changed since. Answers whether it did. */
  remove(object: StoredObject, signal?: AbortSignal): Promise<boolean>;
  /** All of them, in pages of up to 1,000, by name. */
  pages(signal?: AbortSignal): AsyncGenerator<StoredObject[], void, undefined>;
  /** Rejects when the bucket is not there or something is not allowed. */
  check(): Promise<void>;
}

export function createObjects(client: Client, bucket: string): Objects {
  const base = `/storage/v1/b/${bucket}`;
  const exactly = ({ name, generation, metageneration }: StoredObject): string =>
    `${addressOf(bucket, name)}?generation=${generation}&ifMetagenerationMatch=${metageneration}`;

  return {
    async stat(name) {
      const path = `${addressOf(bucket, name)}?fields=${objectFields}`;
      const answer = await client.ask({ operation: 'stat', path, expects: [404] });
      return answer.status === 404 ? undefined : parseObject(answer.text);
    },
    async touch(object, time) {
      const answer = await client.ask({
        operation: 'touch',
        method: 'PATCH',
        path: `${exactly(object)}&fields=${objectFields}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ customTime: new Date(time).toISOString() }),
        expects: [404, 412],
      });
      if (answer.status === 404) return undefined;
      return answer.status === 412 ? object : parseObject(answer.text);
    },
    async remove(object, signal) {
      const path = exactly(object);
      const answer = await client.ask({ operation: 'delete', method: 'DELETE', path, expects: [404, 412], signal });
      return answer.status < 300;
    },
    async *pages(signal) {
      for (let token: string | undefined = ''; token !== undefined;) {
        const next: string = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
        const path = `${base}/o?prefix=${encodeURIComponent(folder)}&maxResults=1000&fields=nextPageToken,items(${objectFields})${next}`;
        const page: z.output<typeof pageSchema> = parse(
          pageSchema,
          (await client.ask({ operation: 'list', path, signal })).text,
        );
        yield page.items;
        token = page.nextPageToken;
      }
    },
    async check() {
      const query = needed.map((right) => `permissions=${right}`).join('&');
      const { text } = await client.ask({ operation: 'check', path: `${base}/iam/testPermissions?${query}` });
      const { permissions } = parse(permissionsSchema, text);
      const missing = needed.filter((right) => !permissions.includes(right));
      if (missing.length > 0) throw unavailable(new Error(`the identity may not ${missing.join(', ')} in ${bucket}`));
    },
  };
}

/** The object that an answer tells of. Throws STORE_UNAVAILABLE when it tells of none. */
export function parseObject(text: string): StoredObject {
  return parse(objectSchema, text);
}

function parse<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw unavailable(error);
  }
}
