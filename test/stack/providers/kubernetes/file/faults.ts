import { RefusedError } from '../../shared/provider';
import { dueFault, type Fault, type FaultKind } from '../../shared/faults';
import { gvkOf, idOf, nameOf, type KubeObject } from '../object';
import { label } from '../refusal';
import { typeOf } from './cluster';

const refusals: Partial<Record<FaultKind, { code: string; why: string }>> = {
  quota: { code: 'Forbidden', why: 'is forbidden: exceeded quota' },
  permission: { code: 'Forbidden', why: 'is forbidden: User cannot do this to it' },
  unavailable: {
    code: 'ServiceUnavailable',
    why: 'was not touched: the server is currently unable to handle the request',
  },
};

/**
 * Fails as the state directory's faults.json demands. What happens before the object is touched is thrown here; what
 * happens after (`timeout`, `half-created`) is returned, for the caller to do.
 */
export function failOnDemand(
  directory: string,
  operation: Fault['operation'],
  object: KubeObject,
): FaultKind | undefined {
  const kind = dueFault(directory, operation, { type: typeOf(gvkOf(object)), name: nameOf(object) }, [idOf(object)]);
  const refusal = kind === undefined ? undefined : refusals[kind];
  if (refusal !== undefined) throw new RefusedError(refusal.code, `${label(object)} ${refusal.why} (${operation})`);
  return kind;
}
