import type { FaultKind } from '../shared/faults';
import { RefusedError } from '../shared/provider';

/** The words of the real API for a fault that a test asked for. */
export function faultError(kind: FaultKind, type: string, id: string): RefusedError {
  switch (kind) {
    case 'quota':
      return new RefusedError(
        'QUOTA_EXCEEDED',
        `googleapi: Error 403: Insufficient regional quota to satisfy request for ${id || type}: QUOTA_EXCEEDED - Limit: 8.0, requested: 24.0, quotaExceeded`,
      );
    case 'permission':
      return new RefusedError(
        'PERMISSION_DENIED',
        `googleapi: Error 403: Permission denied on resource '${id || type}' (or it may not exist)., forbidden`,
      );
    case 'unavailable':
      return new RefusedError(
        'UNAVAILABLE',
        `googleapi: Error 503: The service is currently unavailable., backendError`,
      );
    case 'timeout':
    case 'half-created':
      return new RefusedError(
        'TIMEOUT',
        `Error waiting for ${id || type}: timeout while waiting for state to become 'DONE'`,
      );
    default:
      return kind satisfies never;
  }
}
