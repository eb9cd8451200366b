import { dueFault, type Fault, type FaultKind } from '../shared/faults';
import { projectInputs, withoutInputs } from '../shared/project';
import {
  NotReadyError,
  RefusedError,
  type CreateRequest,
  type DeleteRequest,
  type ReadRequest,
  type ReadResult,
  type Target,
  type UpdateRequest,
} from '../shared/provider';
import { concealed, revealed } from '../shared/secrets';
import type { Thing } from '../shared/store';
import { at, type Marked } from '../shared/values';
import { assertEnabled } from './apis';
import {
  idFor,
  liveProperties,
  physicalName,
  previewedProperties,
  previewedUpdate,
  secretPaths,
  withoutLabels,
  type Kind,
} from './cloudState';
import { faultError } from './faultErrors';
import { alreadyExists, assertNeeds, assertUnprotected, assertUnused, notFound } from './refusals';
import type { Scope } from './rules';

/** The cloud that things are made in. */
export interface Cloud {
  readonly directory: string;
  readonly scope: Scope;
  readonly now: () => Date;
}

/** Makes the thing, or tells what a preview knows of it. */
export function createThing(cloud: Cloud, kind: Kind, request: CreateRequest): { id: string; state: Marked } {
  const { scope, directory } = cloud;
  const { inputs } = request;
  const secrets = secretPaths(kind, inputs);
  if (request.preview) return { id: '', state: { value: previewedProperties(kind, inputs.value, scope), secrets } };
  const id = idFor(kind, inputs.value, scope);
  const name = physicalName(kind, inputs.value);
  const due = fault(cloud, 'create', request, [id, name]);
  // A cut connection and a half-made thing leave something behind; the others nothing.
  if (due !== undefined && due !== 'timeout' && due !== 'half-created') throw faultError(due, kind.token, id);
  assertEnabled(kind.token, kind.rules, inputs.value, scope, directory);
  assertNeeds(kind, inputs.value, scope);
  const refused = kind.rules?.refusesCreate?.(inputs.value, scope);
  if (refused !== undefined) throw new RefusedError('FAILED_PRECONDITION', refused);
  const state: Marked = { value: liveProperties(kind, inputs.value, scope, id, {}, cloud.now()), secrets };
  const thing = asThing(kind, id, name, inputs, state, due === 'half-created' ? 'PROVISIONING' : undefined);
  if (!scope.store.add(thing)) throw alreadyExists(id);
  if (due === 'timeout') throw faultError(due, kind.token, id);
  if (thing.notReady !== undefined) throw new NotReadyError(id, state, inputs, thing.notReady);
  return { id, state };
}

/** What is there now, with the inputs that would make it; undefined when it is gone. */
export function readThing(cloud: Cloud, kind: Kind, request: ReadRequest): ReadResult | undefined {
  const due = fault(cloud, 'read', request, [request.id]);
  if (due !== undefined) throw faultError(due, kind.token, request.id);
  const thing = cloud.scope.store.find(kind.token, request.id);
  if (thing === undefined) return undefined;
  const live = revealed(thing.properties, [request.state.value]);
  const recorded = revealed(thing.inputs, [request.inputs.value, request.state.value]);
  const isImport = Object.keys(request.inputs.value).length === 0;
  const inputs: Marked = {
    value: projectInputs(isImport ? recorded.value : request.inputs.value, live.value),
    secrets: new Set([...request.inputs.secrets, ...recorded.secrets]),
  };
  const marks = [...request.state.secrets, ...secretPaths(kind, inputs)];
  const present = marks.filter((path) => at(live.value, path) !== undefined);
  const state: Marked = { value: live.value, secrets: new Set([...live.secrets, ...present]) };
  if (thing.notReady !== undefined) throw new NotReadyError(thing.id, state, inputs, thing.notReady);
  return { id: thing.id, state, inputs };
}

/** Changes the thing; what was not ready before is then. */
export function updateThing(cloud: Cloud, kind: Kind, request: UpdateRequest): Marked {
  const { scope } = cloud;
  const { id, news, oldState, oldInputs } = request;
  const secrets = secretPaths(kind, news);
  if (request.preview) {
    const base = withoutInputs(oldState.value, oldInputs.value);
    return { value: previewedUpdate(kind, news.value, scope, base), secrets };
  }
  const due = fault(cloud, 'update', request, [id]);
  if (due !== undefined && due !== 'half-created') throw faultError(due, kind.token, id);
  const thing = scope.store.get(kind.token, id);
  if (thing === undefined) throw notFound(id);
  const refused = kind.rules?.refusesUpdate?.(oldInputs.value, news.value);
  if (refused !== undefined) throw new RefusedError('INVALID_ARGUMENT', refused);
  assertNeeds(kind, news.value, scope);
  const base = withoutInputs(revealed(thing.properties, [oldState.value]).value, oldInputs.value);
  const state: Marked = { value: liveProperties(kind, news.value, scope, id, base, cloud.now()), secrets };
  const updated = asThing(kind, id, thing.name, news, state, due === 'half-created' ? 'UPDATING' : undefined);
  scope.store.put(updated);
  if (updated.notReady !== undefined) throw new NotReadyError(id, state, news, updated.notReady);
  return state;
}

/** Removes the thing, unless something protects or holds it. */
export function deleteThing(cloud: Cloud, kind: Kind, request: DeleteRequest): void {
  const due = fault(cloud, 'delete', request, [request.id]);
  if (due !== undefined) throw faultError(due, kind.token, request.id);
  assertUnprotected(kind, request);
  const isOnlyForgotten = request.state.value['deletionPolicy'] === 'ABANDON' || kind.rules?.undeletable === true;
  if (isOnlyForgotten) return;
  assertUnused(kind, request.id, cloud.scope);
  cloud.scope.store.remove(kind.token, request.id);
}

function fault(cloud: Cloud, operation: Fault['operation'], target: Target, names: string[]): FaultKind | undefined {
  return dueFault(cloud.directory, operation, target, names);
}

function asThing(
  kind: Kind,
  id: string,
  name: string,
  inputs: Marked,
  state: Marked,
  stuckIn: string | undefined,
): Thing {
  return {
    type: kind.token,
    id,
    name,
    inputs: concealed(inputs),
    properties: concealed({ value: state.value, secrets: withoutLabels(state.secrets) }),
    ...(stuckIn !== undefined && { notReady: [`${id}: the operation did not finish: state ${stuckIn}`] }),
  };
}
