import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedError } from '../shared/provider';
import { at, isObject, UNKNOWN, type Marked, type ValueObject } from '../shared/values';
import { contextDigest } from './context';
import { buildOf, imageDigest, repositoryOf, serverOf, sourceOf } from './image';

/** The inputs with the digest of the context, which the real provider takes while it checks, so that a changed file shows. */
export function withContextDigest(news: Marked, folder: string): Marked {
  const source = sourceOf(news.value, folder);
  if (source === undefined) return news;
  const given = at(news.value, 'build');
  const build: ValueObject = {
    builderVersion: 'BuilderBuildKit',
    ...(isObject(given) ? given : {}),
    contextDigest: contextDigest(source.context, source.dockerfile),
  };
  return { value: { ...news.value, build }, secrets: news.secrets };
}

/** "Builds" the image: its outputs, and one line in the record of builds of the state directory. */
export function buildImage(directory: string, inputs: ValueObject, folder: string): ValueObject {
  const build = buildOf(inputs, folder);
  const name = inputs['imageName'];
  if (build === undefined || typeof name !== 'string') throw new RefusedError('INVALID', 'the build is not known');
  const digest = imageDigest(build);
  const isPushed = inputs['skipPush'] !== true;
  const line = {
    imageName: name,
    digest,
    target: build.target ?? null,
    platform: build.platform ?? null,
    // Names only: a value may be secret.
    args: Object.keys(build.args).sort(),
    pushed: isPushed,
  };
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, 'builds.jsonl'), `${JSON.stringify(line)}\n`);
  return { ...known(inputs), repoDigest: isPushed ? `${repositoryOf(name)}@${digest}` : digest };
}

/** What a preview can tell: no digest, as nothing is built, unless `buildOnPreview` asks for it. */
export function previewImage(inputs: ValueObject, folder: string): ValueObject {
  const build = inputs['buildOnPreview'] === true ? buildOf(inputs, folder) : undefined;
  const name = inputs['imageName'];
  if (build === undefined || typeof name !== 'string') return { ...known(inputs), repoDigest: UNKNOWN };
  const digest = imageDigest(build);
  return { ...known(inputs), repoDigest: inputs['skipPush'] === true ? digest : `${repositoryOf(name)}@${digest}` };
}

function known(inputs: ValueObject): ValueObject {
  const context = at(inputs, 'build.context') ?? '.';
  const platform = at(inputs, 'build.platform');
  const name = inputs['imageName'] ?? '';
  return {
    baseImageName: name,
    imageName: name,
    context,
    dockerfile: at(inputs, 'build.dockerfile') ?? (typeof context === 'string' ? join(context, 'Dockerfile') : UNKNOWN),
    registryServer: at(inputs, 'registry.server') ?? (typeof name === 'string' ? serverOf(name) : UNKNOWN),
    ...(platform === undefined ? {} : { platform }),
  };
}
