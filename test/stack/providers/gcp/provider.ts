import { dueFault } from '../shared/faults';
import { openJournal } from '../shared/journal';
import { RefusedError, type StandInProvider } from '../shared/provider';
import type { Schemas } from '../shared/schema/cache';
import { openStore } from '../shared/store';
import type { Marked } from '../shared/values';
import { rulesOf } from './catalogue';
import { withoutLabels, type Kind } from './cloudState';
import { checkConfig } from './config';
import { faultError } from './faultErrors';
import { createInvoke } from './invokes';
import { createThing, deleteThing, readThing, updateThing, type Cloud } from './lifecycle';
import { checkInputs, diffState } from './planning';
import { createScope } from './scope';

/** What a stand-in for Google Cloud needs. */
export interface GcpOptions {
  /** The directory that is the cloud. */
  readonly directory: string;
  readonly schemas: Schemas;
  /** Where project, region and zone may stand. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** The stand-in for Google Cloud: refuses what the real provider and API would refuse, keeps what it made. */
export function createGcpProvider(options: GcpOptions): StandInProvider {
  const { directory, schemas, environment, now } = options;
  const store = openStore(directory);
  const journal = openJournal(directory);
  let scope = createScope(directory, store, {}, environment);
  const cloud = (): Cloud => ({ directory, scope, now });
  const invoke = createInvoke(() => scope);
  const kindOf = (token: string): Kind => {
    const schema = schemas.of(token);
    if (schema === undefined) throw new RefusedError('INVALID', `the package ${schemas.version} has no type ${token}`);
    return { token, schema, rules: rulesOf(token) };
  };
  return {
    name: 'gcp',
    version: schemas.version,
    replacedByConfig: ['project'],
    checkConfig,
    configure: (config) => {
      scope = createScope(directory, store, config, environment);
    },
    check: (request) => {
      if (schemas.of(request.type) === undefined) {
        const reason = `the package ${schemas.version} has no resource type ${request.type}`;
        return { inputs: request.news, failures: [{ property: '', reason }] };
      }
      const result = checkInputs(kindOf(request.type), request, scope);
      journal.note('check', request, result.failures.length === 0 ? 'ok' : 'INVALID');
      return result;
    },
    diff: (request) => {
      const result = diffState(kindOf(request.type), request);
      const replaces = [...result.changes.values()].some((change) => change.replace);
      journal.note('diff', request, result.changes.size === 0 ? 'same' : replaces ? 'replace' : 'update', request.id);
      return result;
    },
    create: (request) =>
      journal.run(request.preview ? 'preview-create' : 'create', request, undefined, request.inputs, () =>
        createThing(cloud(), kindOf(request.type), request),
      ),
    read: (request) =>
      journal.run('read', request, request.id, request.inputs, () => readThing(cloud(), kindOf(request.type), request)),
    update: (request) =>
      journal.run(request.preview ? 'preview-update' : 'update', request, request.id, request.news, () =>
        updateThing(cloud(), kindOf(request.type), request),
      ),
    delete: (request) =>
      journal.run('delete', request, request.id, shown(request.state), () =>
        deleteThing(cloud(), kindOf(request.type), request),
      ),
    invoke: (token, args) => {
      const target = { urn: '', type: token, name: '' };
      return journal.run('invoke', target, undefined, args, () => {
        const due = dueFault(directory, 'invoke', target);
        if (due !== undefined) throw faultError(due, token, '');
        return invoke(token, args, schemas.of(token));
      });
    },
  };
}

/** The directory that stands for the cloud; the folder of derived files is another, shared one. */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const directory = environment['GCP_STAND_IN_STATE'];
  if (directory === undefined || directory === '') {
    throw new Error('GCP_STAND_IN_STATE is not set: name the directory that stands for the cloud');
  }
  return directory;
}

function shown(state: Marked): Marked {
  return { value: state.value, secrets: withoutLabels(state.secrets) };
}
