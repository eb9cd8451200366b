import type { FaultKind } from '../shared/faults';
import { RefusedError } from '../shared/provider';

/** The words of a daemon or registry for a fault that a test asked for. */
export function faultError(kind: FaultKind): RefusedError {
  switch (kind) {
    case 'quota':
      return new RefusedError('QUOTA_EXCEEDED', 'toomanyrequests: Quota exceeded for quota metric');
    case 'permission':
      return new RefusedError(
        'PERMISSION_DENIED',
        'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource (or it may not exist)',
      );
    case 'unavailable':
      return new RefusedError('UNAVAILABLE', 'Cannot connect to the Docker daemon. Is the docker daemon running?');
    case 'timeout':
    case 'half-created':
      return new RefusedError('TIMEOUT', 'error during push: i/o timeout');
    default:
      return kind satisfies never;
  }
}
