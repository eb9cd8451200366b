import { FactoryError } from '@agent-factory/contract';
import type { Principal } from '../../auth/port';
import { requireScope } from '../../auth/scopes';
import type { Registration } from './session';

/** Whether a caller may register as an agent: throws FORBIDDEN when it lacks the scope, or its token is bound to another agent or type. */
export function requireRegistrable(principal: Principal, { id, type }: Registration): void {
  requireScope(principal, 'agent:work');
  const { agent, registersAs } = principal;
  if (agent !== undefined && (agent.id !== id || agent.type !== type))
    throw new FactoryError('FORBIDDEN', `the token is that of ${agent.id}, of type ${agent.type}`);
  if (registersAs !== undefined && registersAs !== type)
    throw new FactoryError('FORBIDDEN', `the token registers agents of type ${registersAs} only`);
}
