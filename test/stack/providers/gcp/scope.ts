import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RefusedError } from '../shared/provider';
import type { Store } from '../shared/store';
import { at, isObject, type ValueObject } from '../shared/values';
import type { Scope } from './rules';

const ENVIRONMENT = {
  project: ['GOOGLE_PROJECT', 'GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'],
  region: ['GOOGLE_REGION', 'GCLOUD_REGION', 'CLOUDSDK_COMPUTE_REGION'],
  zone: ['GOOGLE_ZONE', 'GCLOUD_ZONE', 'CLOUDSDK_COMPUTE_ZONE'],
} as const;

const projectsSchema = z.record(
  z.string(),
  z.object({ number: z.string().regex(/^\d+$/).optional(), apis: z.enum(['all']).optional() }),
);

/** What the state directory says of projects (`projects.json`, optional). */
export function readProjects(directory: string): z.infer<typeof projectsSchema> {
  const path = join(directory, 'projects.json');
  return existsSync(path) ? projectsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
}

/** The scope of a configured provider. */
export function createScope(
  directory: string,
  store: Store,
  config: ValueObject,
  environment: Readonly<Record<string, string | undefined>>,
): Scope {
  const configured = (key: keyof typeof ENVIRONMENT): string | undefined => {
    const value = at(config, key);
    if (typeof value === 'string' && value !== '') return value;
    return ENVIRONMENT[key].map((name) => environment[name]).find((found) => found !== undefined && found !== '');
  };
  const must = (inputs: ValueObject, key: keyof typeof ENVIRONMENT): string => {
    const own = at(inputs, key);
    const found = typeof own === 'string' && own !== '' ? own : configured(key);
    if (found === undefined) throw new RefusedError('INVALID', `${key}: required field is not set; set gcp:${key}`);
    return found.slice(found.lastIndexOf('/') + 1);
  };
  const scope: Scope = {
    store,
    project: (inputs) => must(inputs, 'project'),
    region: (inputs) => {
      const own = at(inputs, 'region');
      const zone = configured('region') === undefined ? configured('zone') : undefined;
      if (typeof own !== 'string' && zone !== undefined) return zone.replace(/-[a-z]$/, '');
      return must(inputs, 'region');
    },
    zone: (inputs) => must(inputs, 'zone'),
    location: (inputs) => {
      const own = at(inputs, 'location') ?? at(inputs, 'zone') ?? at(inputs, 'region');
      return typeof own === 'string' ? own : (configured('zone') ?? must(inputs, 'region'));
    },
    numberOf: (project) => readProjects(directory)[project]?.number ?? digits(project, 12),
    defaultLabels: labelsOf(config),
  };
  return scope;
}

/** A stable number of that many digits for a text; the first is never zero. */
export function digits(text: string, count: number): string {
  const hash = createHash('sha256').update(text).digest('hex');
  const number = BigInt(`0x${hash}`)
    .toString()
    .slice(0, count - 1);
  return `${(BigInt(`0x${hash}`) % 9n) + 1n}${number}`;
}

function labelsOf(config: ValueObject): Record<string, string> {
  const given = at(config, 'defaultLabels');
  const own = isObject(given)
    ? Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
  const attribution = at(config, 'addPulumiAttributionLabel') === false ? {} : { 'goog-pulumi-provisioned': 'true' };
  return { ...attribution, ...Object.fromEntries(own) };
}
