import { FactoryError, type Scope } from '@agent-factory/contract';
import type { Principal } from './port';

/** Throws FORBIDDEN, naming the scope, when the caller lacks it. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) throw new FactoryError('FORBIDDEN', `the token lacks the scope ${scope}`);
}
