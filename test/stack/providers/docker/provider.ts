import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { recordCall } from '../shared/calls';
import { diffInputs } from '../shared/diff';
import { dueFault, type Fault } from '../shared/faults';
import { autoNamed } from '../shared/naming';
import { projectInputs } from '../shared/project';
import { RefusedError, type StandInProvider, type Target } from '../shared/provider';
import { redact, redactFailures } from '../shared/redact';
import type { Schemas } from '../shared/schema/cache';
import { checkShape } from '../shared/schema/check';
import { concealed, revealed } from '../shared/secrets';
import { openStore } from '../shared/store';
import { at, isObject, UNKNOWN, type Marked, type ValueObject } from '../shared/values';
import { contextDigest } from './context';
import { buildOf, imageDigest, imageFailures, repositoryOf, serverOf, sourceOf } from './image';

const IMAGE = 'docker:index/image:Image';
const BUILDERS = ['BuilderV1', 'BuilderBuildKit'];

/** What a stand-in for Docker needs. */
export interface DockerOptions {
  readonly directory: string;
  readonly schemas: Schemas;
  /** The program's folder, from which build paths are read. */
  readonly folder: string;
}

/** The stand-in for Docker: no daemon is asked, builds are checked and given the digest of what goes into them. */
export function createDockerProvider(options: DockerOptions): StandInProvider {
  const { directory, schemas, folder } = options;
  const store = openStore(directory);

  const logged = <T>(operation: string, target: Target, inputs: Marked, run: () => T): T => {
    const call = { operation, type: target.type, name: target.name };
    try {
      const result = run();
      recordCall(directory, { ...call, outcome: 'ok' });
      return result;
    } catch (error) {
      const isRefusal = error instanceof RefusedError;
      recordCall(directory, { ...call, outcome: isRefusal ? error.code : 'INTERNAL' });
      throw isRefusal ? new RefusedError(error.code, redact(error.message, inputs)) : error;
    }
  };

  const assertNoFault = (operation: Fault['operation'], target: Target): void => {
    const due = dueFault(directory, operation, target);
    if (due === undefined) return;
    if (due === 'permission')
      throw new RefusedError(
        'DENIED',
        'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource',
      );
    throw new RefusedError(
      'UNAVAILABLE',
      due === 'quota' ? 'toomanyrequests: Quota exceeded' : 'error during connect: i/o timeout',
    );
  };

  const must = (type: string) => {
    const schema = schemas.of(type);
    if (schema === undefined) throw new RefusedError('INVALID', `the package ${schemas.version} has no type ${type}`);
    return schema;
  };

  const outputs = (type: string, id: string, inputs: ValueObject): ValueObject => {
    if (type !== IMAGE) return genericOutputs(type, id, inputs);
    const build = buildOf(inputs, folder);
    const name = String(inputs['imageName']);
    if (build === undefined) throw new RefusedError('INVALID', 'the build is not known');
    const digest = imageDigest(build);
    record(directory, {
      imageName: name,
      digest,
      target: build.target ?? null,
      platform: build.platform ?? null,
      args: Object.keys(build.args).sort(),
      pushed: inputs['skipPush'] !== true,
    });
    return {
      ...imageOutputs(inputs),
      baseImageName: name,
      repoDigest: inputs['skipPush'] === true ? digest : `${repositoryOf(name)}@${digest}`,
    };
  };

  const save = (target: Target, id: string, inputs: Marked, state: Marked): void =>
    store.put({ type: target.type, id, name: target.name, inputs: concealed(inputs), properties: concealed(state) });

  return {
    name: 'docker',
    version: schemas.version,
    replacedByConfig: [],
    checkConfig: () => [],
    configure: () => undefined,
    check: (request) => {
      const schema = schemas.of(request.type);
      if (schema === undefined) {
        return {
          inputs: request.news,
          failures: [{ property: '', reason: `the package has no resource type ${request.type}` }],
        };
      }
      const failures = checkShape(schema, request.news.value, { 'build.builderVersion': BUILDERS });
      const isNamed = schema.inputs['name']?.shape.kind === 'string' && schema.outputs['name']?.required === true;
      if (request.type !== IMAGE) {
        const inputs = isNamed
          ? autoNamed('name', request.name, request.news, request.olds.value, request.seed)
          : request.news;
        return { inputs, failures: redactFailures(failures, inputs) };
      }
      const own = failures.length === 0 ? imageFailures(request.news.value, folder) : [];
      const found = [...failures, ...own];
      recordCall(directory, {
        operation: 'check',
        type: request.type,
        name: request.name,
        outcome: found.length === 0 ? 'ok' : 'INVALID',
      });
      const inputs = found.length === 0 ? withContextDigest(request.news, folder) : request.news;
      return { inputs, failures: redactFailures(found, request.news) };
    },
    diff: (request) => {
      const schema = must(request.type);
      const rules =
        request.type === IMAGE
          ? { immutable: [], ignored: ['registry.username', 'registry.password', 'buildOnPreview'] }
          : { immutable: ['name'] };
      const changes = diffInputs(schema, rules, request.oldInputs.value, request.news.value, request.oldState.value);
      recordCall(directory, {
        operation: 'diff',
        type: request.type,
        name: request.name,
        outcome: changes.size === 0 ? 'same' : 'update',
      });
      return { changes, deleteBeforeReplace: false };
    },
    create: (request) =>
      logged(request.preview ? 'preview-create' : 'create', request, request.inputs, () => {
        const schema = must(request.type);
        const secrets = new Set([...request.inputs.secrets, ...schema.secrets]);
        if (request.preview)
          return { id: '', state: { value: previewed(request.type, request.inputs.value, folder), secrets } };
        assertNoFault('create', request);
        const id = idOf(request.type, request.name, request.inputs.value);
        const state = {
          value: { ...plain(request.type, request.inputs.value), ...outputs(request.type, id, request.inputs.value) },
          secrets,
        };
        save(request, id, request.inputs, state);
        return { id, state };
      }),
    update: (request) =>
      logged(request.preview ? 'preview-update' : 'update', request, request.news, () => {
        const secrets = new Set([...request.news.secrets, ...must(request.type).secrets]);
        if (request.preview) return { value: previewed(request.type, request.news.value, folder), secrets };
        assertNoFault('update', request);
        const state = {
          value: {
            ...plain(request.type, request.news.value),
            ...outputs(request.type, request.id, request.news.value),
          },
          secrets,
        };
        save(request, request.id, request.news, state);
        return state;
      }),
    read: (request) =>
      logged('read', request, request.inputs, () => {
        assertNoFault('read', request);
        const thing = store.find(request.type, request.id);
        if (thing === undefined) return undefined;
        const state = revealed(thing.properties, [request.state.value, request.inputs.value]);
        const recorded = revealed(thing.inputs, [request.inputs.value, request.state.value]);
        const isKnown = Object.keys(request.inputs.value).length > 0;
        // What an image was built from stands in its inputs only.
        const inputs =
          request.type === IMAGE
            ? recorded.value
            : projectInputs(isKnown ? request.inputs.value : recorded.value, state.value);
        return {
          id: thing.id,
          state: { value: state.value, secrets: new Set([...state.secrets, ...request.state.secrets]) },
          inputs: { value: inputs, secrets: new Set([...request.inputs.secrets, ...recorded.secrets]) },
        };
      }),
    delete: (request) =>
      logged('delete', request, request.state, () => {
        assertNoFault('delete', request);
        store.remove(request.type, request.id);
      }),
    invoke: (token, args) => {
      const schema = must(token);
      const failures = checkShape(schema, args.value);
      if (failures.length > 0) return { value: {}, failures };
      const name = at(args.value, 'name');
      if (!/:get(?:Registry|Remote)Image$/.test(token) || typeof name !== 'string') {
        throw new RefusedError('UNIMPLEMENTED', `the stand-in has no answer for ${token}`);
      }
      const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
      return { value: { id: digest, name, sha256Digest: digest, repoDigest: `${repositoryOf(name)}@${digest}` } };
    },
  };
}

/** One line a build: what was asked for, by name; values of arguments stay out. */
function record(directory: string, build: Readonly<Record<string, unknown>>): void {
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, 'builds.jsonl'), `${JSON.stringify(build)}\n`);
}

/** The real provider hashes the context while it checks, so that a changed file shows as a difference. */
function withContextDigest(news: Marked, folder: string): Marked {
  const source = sourceOf(news.value, folder);
  if (source === undefined) return news;
  const given = at(news.value, 'build');
  const digest = contextDigest(source.context, source.dockerfile);
  const build: ValueObject = {
    builderVersion: 'BuilderBuildKit',
    ...(isObject(given) ? given : {}),
    contextDigest: digest,
  };
  return { value: { ...news.value, build }, secrets: news.secrets };
}

function imageOutputs(inputs: ValueObject): ValueObject {
  const context = at(inputs, 'build.context') ?? '.';
  const platform = at(inputs, 'build.platform');
  const name = inputs['imageName'];
  return {
    imageName: name ?? '',
    context,
    dockerfile: at(inputs, 'build.dockerfile') ?? (typeof context === 'string' ? join(context, 'Dockerfile') : UNKNOWN),
    registryServer: at(inputs, 'registry.server') ?? (typeof name === 'string' ? serverOf(name) : UNKNOWN),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** A preview builds nothing, so it knows no digest, unless buildOnPreview asks for it. */
function previewed(type: string, inputs: ValueObject, folder: string): ValueObject {
  if (type !== IMAGE) return plain(type, inputs);
  const known: ValueObject = { ...imageOutputs(inputs), baseImageName: inputs['imageName'] ?? '', repoDigest: UNKNOWN };
  const build = inputs['buildOnPreview'] === true ? buildOf(inputs, folder) : undefined;
  const name = inputs['imageName'];
  if (build === undefined || typeof name !== 'string') return known;
  const digest = imageDigest(build);
  return { ...known, repoDigest: inputs['skipPush'] === true ? digest : `${repositoryOf(name)}@${digest}` };
}

function plain(type: string, inputs: ValueObject): ValueObject {
  if (type === IMAGE) return {};
  const { __defaults: _, ...rest } = inputs;
  return rest;
}

function idOf(type: string, name: string, inputs: ValueObject): string {
  if (type === IMAGE) return String(inputs['imageName']);
  return createHash('sha256')
    .update(`${type} ${name} ${String(inputs['name'])}`)
    .digest('hex');
}

function genericOutputs(type: string, id: string, inputs: ValueObject): ValueObject {
  const name = inputs['name'];
  if (!/(?:remote|registry)Image/i.test(type) || typeof name !== 'string') return {};
  return { imageId: `sha256:${id}`, sha256Digest: `sha256:${id}`, repoDigest: `${repositoryOf(name)}@sha256:${id}` };
}

/** The directory that stands for the daemon and its registry. */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const directory = environment['DOCKER_STAND_IN_STATE'];
  if (directory === undefined || directory === '') {
    throw new Error('DOCKER_STAND_IN_STATE is not set: name the directory that keeps what was built');
  }
  return directory;
}
