import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Gcloud } from '../../../cli/src/bootstrap/gcloud';
import { temporaryFolder } from '../support/folder';
import { answer } from './gcloud.cjs';

/** A project of the stand-in's cloud; things that were made are kept by kind and name. */
export interface World {
  project: string;
  number: string;
  billing: string;
  services: string[];
  policies: Record<string, { bindings: unknown[] }>;
  /** Messages of commands that fail, by command; each once. */
  faults: Record<string, string[]>;
  /** Arguments of every command so far. */
  calls: string[][];
  [kind: string]: unknown;
}

/** A project as Google makes one. */
export function newWorld(over: Partial<World> = {}): World {
  const owner = { role: 'roles/owner', members: ['user:you@example.com'], condition: { title: 'office hours' } };
  return {
    project: 'acme-prod',
    number: '123456789012',
    billing: 'billingAccounts/012345-6789AB-CDEF01',
    services: ['storage.googleapis.com', 'serviceusage.googleapis.com'],
    policies: { project: { bindings: [owner] } },
    faults: {},
    calls: [],
    ...over,
  };
}

/** The stand-in inside this process. */
export function gcloudOf(world: World): Gcloud {
  return (command) => Promise.resolve(answer(command, world));
}

const pathBefore = process.env['PATH'] ?? '';

afterAll(() => {
  process.env['PATH'] = pathBefore;
  delete process.env['GCLOUD_STAND_IN'];
});

/** The stand-in as a program, on the PATH of this process. Answers how to read its world. */
export function gcloudOnPath(world: World = newWorld()): () => World {
  const folder = temporaryFolder();
  const file = path.join(folder, 'world.json');
  symlinkSync(path.join(__dirname, 'gcloud.cjs'), path.join(folder, 'gcloud'));
  writeFileSync(file, JSON.stringify(world));
  process.env['PATH'] = `${folder}:${pathBefore}`;
  process.env['GCLOUD_STAND_IN'] = file;
  return () => JSON.parse(readFileSync(file, 'utf8')) as World; // our own file
}
