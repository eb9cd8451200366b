import { RefusedError } from '../shared/provider';
import { groupKind, gvkOf, idOf, type KubeObject } from './object';
import type { Finding } from './rules/finding';

/** How an API server names an object in its errors. */
export function label(object: KubeObject): string {
  return `${groupKind(gvkOf(object))} "${idOf(object)}"`;
}

/** 404: there is no such kind, or no such namespace. */
export function notFound(message: string): RefusedError {
  return new RefusedError('NotFound', message);
}

/** 409: the name is taken. */
export function alreadyExists(object: KubeObject): RefusedError {
  return new RefusedError(
    'AlreadyExists',
    `${label(object)} already exists: import it, or set upsertExistingObjects on the provider`,
  );
}

/** 403: an admission plugin or a right that is missing. */
export function forbidden(object: KubeObject, why: string): RefusedError {
  return new RefusedError('Forbidden', `${label(object)} is forbidden: ${why}`);
}

/** 422: the object is not valid. */
export function invalid(object: KubeObject, findings: readonly Finding[]): RefusedError {
  return new RefusedError(
    'Invalid',
    `${label(object)} is invalid: ${findings.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
  );
}

/** 409: the object is being used or changed in a way that forbids this. */
export function conflict(object: KubeObject, why: string): RefusedError {
  return new RefusedError('Conflict', `operation cannot be fulfilled on ${label(object)}: ${why}`);
}
