import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentTypes } from '@agent-factory/contract';
import { bakeFile } from '../settings/pipeline/bake';
import { argument, variable } from './inputs';

/** Writes what a release builds into a folder: bake.json for `docker buildx bake`, images.txt with one reference a line. */
const folder = argument('folder');
const file = bakeFile(agentTypes, {
  registry: variable('REGISTRY'),
  tag: variable('TAG'),
  baseImage: variable('BASE_IMAGE'),
  platforms: variable('PLATFORMS').split(','),
});
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'bake.json'), `${JSON.stringify(file, undefined, 2)}\n`);
const tags = Object.values(file.target).flatMap((target) => target.tags);
writeFileSync(path.join(folder, 'images.txt'), tags.map((tag) => `${tag}\n`).join(''));
