import { RefusedError, type DeleteRequest } from '../shared/provider';
import type { ValueObject } from '../shared/values';
import type { Kind } from './cloudState';
import type { Scope } from './rules';

/** Refuses what names something that does not exist. */
export function assertNeeds(kind: Kind, inputs: ValueObject, scope: Scope): void {
  const needs = kind.rules?.needs?.(inputs, scope) ?? [];
  const missing = needs.filter((need) => scope.store.get(need.type, need.id) === undefined);
  if (missing.length === 0) return;
  const texts = missing.map(
    (need) => `Invalid value for field '${need.path}': The resource '${need.id}' was not found`,
  );
  throw new RefusedError('NOT_FOUND', `googleapi: Error 404: ${kind.token}: ${texts.join('; ')}, notFound`);
}

/** Refuses to delete what its own settings protect. */
export function assertUnprotected(kind: Kind, request: DeleteRequest): void {
  const state = request.state.value;
  const reason = kind.rules?.protection?.(state) ?? protection(request.id, state);
  if (reason !== undefined) throw new RefusedError('PROTECTED', reason);
}

/** Refuses to delete what something else still uses. */
export function assertUnused(kind: Kind, id: string, scope: Scope): void {
  const thing = scope.store.get(kind.token, id);
  const holders = thing === undefined ? [] : (kind.rules?.heldBy?.(thing, scope) ?? []);
  if (holders.length === 0) return;
  const names = holders.map((holder) => `'${holder}'`).join(', ');
  const message = `googleapi: Error 400: The resource '${id}' is already being used by ${names}, resourceInUseByAnotherResource`;
  throw new RefusedError('IN_USE', message);
}

/** The refusal of a second thing with the same id. */
export function alreadyExists(id: string): RefusedError {
  const message = `googleapi: Error 409: The resource '${id}' already exists, alreadyExists`;
  return new RefusedError('ALREADY_EXISTS', message);
}

/** The refusal of an operation on what is not there. */
export function notFound(id: string): RefusedError {
  return new RefusedError('NOT_FOUND', `googleapi: Error 404: The resource '${id}' was not found, notFound`);
}

function protection(id: string, state: ValueObject): string | undefined {
  if (state['deletionPolicy'] === 'PREVENT') {
    return `cannot destroy ${id} without setting deletionPolicy to "DELETE" and running "pulumi up"`;
  }
  const property = ['deletionProtection', 'deletionProtectionEnabled'].find((name) => state[name] === true);
  return property === undefined
    ? undefined
    : `cannot destroy ${id} because ${property} is set to true. Set it to false and run "pulumi up" to proceed with deletion.`;
}
