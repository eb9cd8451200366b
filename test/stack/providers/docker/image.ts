import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Failure } from '../shared/provider';
import { nearest } from '../shared/schema/suggest';
import { at, isObject, UNKNOWN, type ValueObject } from '../shared/values';
import { contextDigest } from './context';
import { parseDockerfile } from './dockerfile';

/** What a build is made from, once everything of it is known. */
export interface Build {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly platform: string | undefined;
  readonly args: Readonly<Record<string, string>>;
}

// https://docs.docker.com/build/building/variables/#pre-defined-build-arguments
const PREDEFINED =
  /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|(?:http|https|ftp|no|all)_proxy|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|BUILDKIT_\w+|SOURCE_DATE_EPOCH|TARGETSTAGE)$/;

// https://github.com/distribution/reference: domain, path, tag and digest of an image's name.
const DOMAIN = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const NAME = new RegExp(
  String.raw`^(?:${DOMAIN}\/)?${PART}(?:\/${PART})*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const PLATFORM =
  /^(?:linux|windows|darwin|freebsd)\/(?:386|amd64|arm|arm64|loong64|mips64le|ppc64le|riscv64|s390x|wasm)(?:\/v[0-9]+)?$/;

/** Context and Dockerfile of the build; undefined while one is unknown. Paths are of the program's folder. */
export function sourceOf(inputs: ValueObject, folder: string): Pick<Build, 'context' | 'dockerfile'> | undefined {
  const context = at(inputs, 'build.context') ?? '.';
  const file = at(inputs, 'build.dockerfile') ?? '';
  if (typeof context !== 'string' || typeof file !== 'string') return undefined;
  const root = resolve(folder, context);
  return { context: root, dockerfile: file === '' ? join(root, 'Dockerfile') : resolve(folder, file) };
}

/** The build that the inputs ask for; undefined while a part that matters is unknown. */
export function buildOf(inputs: ValueObject, folder: string): Build | undefined {
  const source = sourceOf(inputs, folder);
  const args = at(inputs, 'build.args') ?? {};
  const target = at(inputs, 'build.target');
  const platform = at(inputs, 'build.platform');
  if (source === undefined || !isObject(args)) return undefined;
  if ([target, platform, ...Object.values(args)].includes(UNKNOWN)) return undefined;
  return {
    ...source,
    target: typeof target === 'string' ? target : undefined,
    platform: typeof platform === 'string' ? platform : undefined,
    args: Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  };
}

/** What a build daemon or a registry would refuse of the request. */
export function imageFailures(inputs: ValueObject, folder: string): Failure[] {
  const name = at(inputs, 'imageName');
  const failures: Failure[] = [];
  if (typeof name === 'string' && (!NAME.test(name) || name.length > 255)) {
    const reason = `"${name}" is not an image name: [registry[:port]/]path[:tag] with a path in lower case`;
    failures.push({ property: 'imageName', reason });
  }
  const platform = at(inputs, 'build.platform');
  if (typeof platform === 'string' && !PLATFORM.test(platform)) {
    failures.push({
      property: 'build.platform',
      reason: `"${platform}" is no platform: os/architecture such as linux/amd64`,
    });
  }
  const user = at(inputs, 'registry.username') !== undefined;
  if (user !== (at(inputs, 'registry.password') !== undefined)) {
    const missing = user ? 'password' : 'username';
    failures.push({ property: `registry.${missing}`, reason: `is required with ${user ? 'username' : 'password'}` });
  }
  const source = sourceOf(inputs, folder);
  return source === undefined ? failures : [...failures, ...buildFailures(source, inputs)];
}

/** The digest of the image: the same for the same context, Dockerfile, arguments, target and platform. */
export function imageDigest(build: Build): string {
  const args = Object.entries(build.args).sort(([left], [right]) => (left < right ? -1 : 1));
  const parts = JSON.stringify([contextDigest(build.context, build.dockerfile), build.target, build.platform, args]);
  return `sha256:${createHash('sha256').update(parts).digest('hex')}`;
}

/** The image's name without tag and digest. */
export function repositoryOf(imageName: string): string {
  return imageName.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[\w][\w.-]*$/, '');
}

/** The registry's host of an image name; Docker Hub when it names none. */
export function serverOf(imageName: string): string {
  const [first = ''] = imageName.split('/');
  return imageName.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

function buildFailures(build: Pick<Build, 'context' | 'dockerfile'>, inputs: ValueObject): Failure[] {
  if (!existsSync(build.context) || !statSync(build.context).isDirectory()) {
    return [{ property: 'build.context', reason: `the build context ${build.context} does not exist or is no folder` }];
  }
  if (!existsSync(build.dockerfile)) {
    return [{ property: 'build.dockerfile', reason: `could not open dockerfile ${build.dockerfile}: no such file` }];
  }
  const file = parseDockerfile(readFileSync(build.dockerfile, 'utf8'));
  const broken = file.faults.map((fault) => ({
    property: 'build.dockerfile',
    reason: `${build.dockerfile}, ${fault}`,
  }));
  const names = file.stages.flatMap((stage, index) => [
    String(index),
    ...(stage.name === undefined ? [] : [stage.name]),
  ]);
  const wanted = at(inputs, 'build.target');
  const target = typeof wanted === 'string' ? wanted.toLowerCase() : undefined;
  const args = at(inputs, 'build.args');
  const named = file.stages.flatMap((stage) => (stage.name === undefined ? [] : [stage.name]));
  const noTarget =
    target === undefined || target === '' || names.includes(target)
      ? []
      : [
          {
            property: 'build.target',
            reason: `target stage "${target}" could not be found; there are: ${named.join(', ') || 'none with a name'}`,
          },
        ];
  const unused = Object.keys(isObject(args) ? args : {})
    .filter((name) => !file.args.has(name) && !PREDEFINED.test(name))
    .map((name) => {
      const near = nearest(name, [...file.args]);
      return {
        property: `build.args.${name}`,
        reason: `no ARG of the Dockerfile has this name${near === undefined ? '' : `; did you mean ${near}?`}`,
      };
    });
  return [...broken, ...noTarget, ...unused];
}
