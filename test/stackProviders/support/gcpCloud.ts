import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGcpProvider } from '../../stack/providers/gcp/provider';
import { standIn, type StandIn } from '../../stack/providers/shared/cloud';
import {
  unmarked,
  type Failure,
  type PropertyChange,
  type StandInProvider,
} from '../../stack/providers/shared/provider';
import { openSchemas, type Schemas } from '../../stack/providers/shared/schema/cache';
import type { Marked, ValueObject } from '../../stack/providers/shared/values';
import { SERVICES } from './gcpConforming';

/** A fresh cloud with the provider that works in it, driven as the engine would. */
export interface TestCloud {
  readonly provider: StandInProvider;
  readonly cloud: StandIn;
  readonly directory: string;
  readonly check: (token: string, inputs: ValueObject | Marked) => Promise<readonly Failure[]>;
  readonly create: (token: string, inputs: ValueObject | Marked) => Promise<{ id: string; state: Marked }>;
  readonly diff: (
    token: string,
    before: ValueObject,
    after: ValueObject,
    state?: ValueObject,
  ) => Promise<ReadonlyMap<string, PropertyChange>>;
  /** Enables every service that the conforming things need. */
  readonly enableServices: () => Promise<void>;
}

let schemas: Schemas | undefined;
const directories: string[] = [];

/** The schemas of the installed package, derived once for all tests of a file. */
export function gcpSchemas(): Schemas {
  schemas ??= openSchemas('@pulumi/gcp');
  return schemas;
}

/** Makes a cloud in a temporary directory; {@link removeClouds} takes it away. */
export function createCloud(config: ValueObject = { project: 'my-project', region: 'europe-west4' }): TestCloud {
  const directory = mkdtempSync(join(tmpdir(), 'gcp-stand-in-'));
  directories.push(directory);
  const provider = createGcpProvider({ directory, schemas: gcpSchemas(), environment: {}, now: () => new Date(0) });
  void provider.configure(config);
  const marked = (inputs: ValueObject | Marked): Marked => (isMarked(inputs) ? inputs : unmarked(inputs));
  const create: TestCloud['create'] = async (token, inputs) =>
    provider.create({ ...target(token), inputs: marked(inputs), preview: false });
  return {
    provider,
    directory,
    cloud: standIn('gcp', directory),
    check: async (token, inputs) => {
      const news = marked(inputs);
      const result = await provider.check({
        ...target(token),
        olds: unmarked({}),
        news,
        seed: new Uint8Array([1, 2, 3, 4]),
      });
      return result.failures;
    },
    create,
    diff: async (token, before, after, state) => {
      const oldInputs = unmarked(before);
      const request = {
        ...target(token),
        id: 'id',
        oldInputs,
        news: unmarked(after),
        oldState: unmarked(state ?? before),
      };
      return (await provider.diff({ ...request, ignoreChanges: [] })).changes;
    },
    enableServices: async () => {
      for (const service of SERVICES) await create('gcp:projects/service:Service', { service });
    },
  };
}

/** Removes what {@link createCloud} made. */
export function removeClouds(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export function target(type: string, name = 'thing') {
  return { urn: `urn:pulumi:dev::test::${type}::${name}`, type, name };
}

function isMarked(inputs: ValueObject | Marked): inputs is Marked {
  return 'secrets' in inputs && inputs['secrets'] instanceof Set;
}
