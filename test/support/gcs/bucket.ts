import { createHash } from 'node:crypto';
import { Refused } from './answer';

/** An object with its bytes. */
export interface HeldObject {
  name: string;
  bytes: Buffer;
  contentType: string;
  generation: number;
  metageneration: number;
  timeCreated: string;
  customTime?: string;
}

/** What a caller says about a new object. */
export interface Described {
  name?: string;
  contentType?: string;
  customTime?: string;
  md5Hash?: string;
}

const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('base64');
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The resource as the JSON API tells it: numbers of 64 bits are texts. */
export function resourceOf(bucket: string, { bytes, generation, metageneration, ...rest }: HeldObject): object {
  return {
    kind: 'storage#object',
    bucket,
    ...rest,
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(bytes.length),
    md5Hash: md5Of(bytes),
    storageClass: 'STANDARD',
  };
}

/** What a bucket holds, and what it refuses to do with it. */
export class Bucket {
  readonly objects = new Map<string, HeldObject>();
  private generations = 1_700_000_000_000_000;

  constructor(
    readonly name: string,
    private readonly now: () => number,
  ) {}

  /** Throws 404, and 412 when the generation or metageneration is not the one that the query names. */
  find(name: string, query: URLSearchParams): HeldObject {
    const found = this.objects.get(name);
    const generation = query.get('generation');
    if (found === undefined || (generation !== null && generation !== String(found.generation)))
      throw new Refused(404, 'notFound', `No such object: ${this.name}/${name}`);
    for (const [parameter, has] of [
      ['ifGenerationMatch', found.generation],
      ['ifMetagenerationMatch', found.metageneration],
    ] as const) {
      const wanted = query.get(parameter);
      if (wanted !== null && wanted !== String(has)) throw preconditionFailed();
    }
    return found;
  }

  /** Throws 412 when there is one and the query says that there must be none. */
  requireCondition(name: string, query: URLSearchParams): void {
    const wanted = query.get('ifGenerationMatch');
    const has = this.objects.get(name)?.generation ?? 0;
    if (wanted !== null && wanted !== String(has)) throw preconditionFailed();
  }

  insert(name: string, bytes: Buffer, described: Described, query: URLSearchParams): HeldObject {
    if (described.customTime !== undefined && !rfc3339.test(described.customTime)) throw invalid('customTime');
    if (described.md5Hash !== undefined && described.md5Hash !== md5Of(bytes))
      throw new Refused(
        400,
        'invalid',
        `Provided MD5 hash "${described.md5Hash}" doesn't match calculated MD5 hash "${md5Of(bytes)}".`,
      );
    this.requireCondition(name, query);
    const made: HeldObject = {
      name,
      bytes,
      contentType: described.contentType ?? 'application/octet-stream',
      generation: (this.generations += 1),
      metageneration: 1,
      timeCreated: new Date(this.now()).toISOString(),
      ...(described.customTime === undefined ? {} : { customTime: described.customTime }),
    };
    this.objects.set(name, made);
    return made;
  }

  /** A custom time goes forward only. */
  patch(found: HeldObject, change: Described): HeldObject {
    const { customTime } = change;
    if (customTime !== undefined) {
      if (!rfc3339.test(customTime)) throw invalid('customTime');
      if (found.customTime !== undefined && Date.parse(customTime) < Date.parse(found.customTime))
        throw new Refused(400, 'invalid', 'Custom time cannot be set to an earlier datetime.');
      found.customTime = customTime;
    }
    found.metageneration += 1;
    return found;
  }
}

function preconditionFailed(): Refused {
  return new Refused(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
}

export function invalid(what: string): Refused {
  return new Refused(400, 'invalid', `Invalid value for field ${what}`);
}
