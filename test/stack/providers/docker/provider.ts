import { createHash } from 'node:crypto';
import { diffInputs, type Changes } from '../shared/diff';
import { dueFault, type Fault } from '../shared/faults';
import { openJournal } from '../shared/journal';
import { autoNamed } from '../shared/naming';
import { projectInputs } from '../shared/project';
import {
  RefusedError,
  unmarked,
  type CheckResult,
  type Failure,
  type StandInProvider,
  type Target,
} from '../shared/provider';
import { redactFailures } from '../shared/redact';
import type { Schemas } from '../shared/schema/cache';
import { checkShape } from '../shared/schema/check';
import { concealed, revealed } from '../shared/secrets';
import { openStore } from '../shared/store';
import { at, type Marked, type ValueObject } from '../shared/values';
import { faultError } from './faultErrors';
import { imageFailures, repositoryOf } from './image';
import { buildImage, previewImage, withContextDigest } from './images';

const IMAGE = 'docker:index/image:Image';

// pulumi-docker provider/provider.go, diffUpdates: a login is no property of the image.
const IMAGE_CHANGES: Changes = { immutable: [], ignored: ['registry.username', 'registry.password', 'buildOnPreview'] };

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
  const journal = openJournal(directory);
  const must = (type: string) => {
    const schema = schemas.of(type);
    if (schema === undefined) throw new RefusedError('INVALID', `the package ${schemas.version} has no type ${type}`);
    return schema;
  };
  const assertNoFault = (operation: Fault['operation'], target: Target): void => {
    const due = dueFault(directory, operation, target);
    if (due !== undefined) throw faultError(due);
  };
  const make = (target: Target, id: string, inputs: Marked): Marked => {
    const value =
      target.type === IMAGE ? buildImage(directory, inputs.value, folder) : otherOutputs(target.type, id, inputs.value);
    const state: Marked = { value, secrets: secretsOf(target.type, inputs) };
    store.put({ type: target.type, id, name: target.name, inputs: concealed(inputs), properties: concealed(state) });
    return state;
  };
  const preview = (type: string, inputs: Marked): Marked => ({
    value: type === IMAGE ? previewImage(inputs.value, folder) : otherOutputs(type, undefined, inputs.value),
    secrets: secretsOf(type, inputs),
  });
  const secretsOf = (type: string, inputs: Marked): Set<string> => {
    if (type !== IMAGE) return new Set([...inputs.secrets, ...must(type).secrets]);
    // An image's outputs hold nothing of the login; what they hold of its name is as secret as that.
    return new Set(inputs.secrets.has('imageName') ? ['imageName', 'baseImageName', 'repoDigest'] : []);
  };
  return {
    name: 'docker',
    version: schemas.version,
    replacedByConfig: [],
    checkConfig: () => [],
    configure: () => undefined,
    check: (request) => {
      const schema = schemas.of(request.type);
      if (schema === undefined) return unknownType(request.type, request.news);
      const shape = checkShape(schema, request.news.value);
      if (request.type !== IMAGE) {
        const isNamed = schema.inputs['name']?.shape.kind === 'string' && schema.outputs['name']?.required === true;
        const { name, news, olds, seed } = request;
        const inputs = isNamed ? autoNamed('name', name, news, olds.value, seed) : news;
        return { inputs, failures: redactFailures(shape, inputs) };
      }
      const failures: Failure[] = shape.length > 0 ? shape : imageFailures(request.news.value, folder);
      journal.note('check', request, failures.length === 0 ? 'ok' : 'INVALID');
      const inputs = failures.length === 0 ? withContextDigest(request.news, folder) : request.news;
      return { inputs, failures: redactFailures(failures, request.news) };
    },
    diff: (request) => {
      const { oldInputs, news, oldState } = request;
      const rules = request.type === IMAGE ? IMAGE_CHANGES : { immutable: ['name'] };
      const changes = diffInputs(must(request.type), rules, oldInputs.value, news.value, oldState.value);
      journal.note('diff', request, changes.size === 0 ? 'same' : 'update', request.id);
      return { changes, deleteBeforeReplace: false };
    },
    create: (request) =>
      journal.run(request.preview ? 'preview-create' : 'create', request, undefined, request.inputs, () => {
        if (request.preview) return { id: '', state: preview(request.type, request.inputs) };
        assertNoFault('create', request);
        const id = idOf(request, request.inputs.value);
        return { id, state: make(request, id, request.inputs) };
      }),
    update: (request) =>
      journal.run(request.preview ? 'preview-update' : 'update', request, request.id, request.news, () => {
        if (request.preview) return preview(request.type, request.news);
        assertNoFault('update', request);
        return make(request, request.id, request.news);
      }),
    read: (request) =>
      journal.run('read', request, request.id, request.inputs, () => {
        assertNoFault('read', request);
        const thing = store.find(request.type, request.id);
        if (thing === undefined) return undefined;
        const state = revealed(thing.properties, [request.state.value, request.inputs.value]);
        const recorded = revealed(thing.inputs, [request.inputs.value, request.state.value]);
        const given = Object.keys(request.inputs.value).length > 0 ? request.inputs.value : recorded.value;
        // What an image was built from stands in its inputs only.
        const value = request.type === IMAGE ? recorded.value : projectInputs(given, state.value);
        const secrets = new Set([...request.inputs.secrets, ...recorded.secrets]);
        return { id: thing.id, state, inputs: { value, secrets } };
      }),
    delete: (request) =>
      journal.run('delete', request, request.id, request.state, () => {
        assertNoFault('delete', request);
        store.remove(request.type, request.id);
      }),
    invoke: (token, args) => {
      const failures = checkShape(must(token), args.value);
      if (failures.length > 0) return { ...unmarked({}), failures };
      const name = at(args.value, 'name');
      if (!/:get(?:Registry|Remote)Image$/.test(token) || typeof name !== 'string') {
        throw new RefusedError('UNIMPLEMENTED', `the stand-in has no answer for ${token}`);
      }
      const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
      return { value: { id: digest, name, sha256Digest: digest, repoDigest: `${repositoryOf(name)}@${digest}` } };
    },
  };
}

/** The directory that stands for the daemon and its registry. */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const directory = environment['DOCKER_STAND_IN_STATE'];
  if (directory === undefined || directory === '') {
    throw new Error('DOCKER_STAND_IN_STATE is not set: name the directory that keeps what was built');
  }
  return directory;
}

function unknownType(type: string, inputs: Marked): CheckResult {
  return { inputs, failures: [{ property: '', reason: `the package has no resource type ${type}` }] };
}

function idOf(target: Target, inputs: ValueObject): string {
  const name = inputs['imageName'];
  if (target.type === IMAGE && typeof name === 'string') return name;
  return createHash('sha256').update(target.urn).digest('hex');
}

function otherOutputs(type: string, id: string | undefined, inputs: ValueObject): ValueObject {
  const { __defaults: _, ...given } = inputs;
  const name = given['name'];
  if (id === undefined || !/(?:remote|registry)Image/i.test(type) || typeof name !== 'string') return given;
  const digest = `sha256:${id}`;
  return { ...given, imageId: digest, sha256Digest: digest, repoDigest: `${repositoryOf(name)}@${digest}` };
}
