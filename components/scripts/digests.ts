import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentTypes } from '@agent-factory/contract';
import { pushed } from '../settings/pipeline/bake';
import { argument, variable } from './inputs';

/** Writes what a release pushed beside its metadata.json: digests.txt to sign, images.conf to run. */
const folder = argument('folder');
const metadata: unknown = JSON.parse(readFileSync(path.join(folder, 'metadata.json'), 'utf8'));
const { references, config } = pushed(metadata, agentTypes, variable('REGISTRY'));
writeFileSync(path.join(folder, 'digests.txt'), references.map((reference) => `${reference}\n`).join(''));
writeFileSync(path.join(folder, 'images.conf'), config.map((line) => `${line}\n`).join(''));
