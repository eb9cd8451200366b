import { FactoryError, leaseRefSchema, toFaults, type Fault } from '@agent-factory/contract';
import type { Authenticator, Principal } from '../auth/port';
import type { Payer } from './account';

/** Headers that name the lease that pays. */
const leaseHeaders = { taskId: 'x-task-id', taskEpoch: 'x-task-epoch' } as const;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Who calls; needs the scope model:call. Throws UNAUTHENTICATED, FORBIDDEN. */
export async function authenticateCaller(
  authenticator: Pick<Authenticator, 'authenticate'>,
  authorization: string | undefined,
): Promise<Principal> {
  const principal = await authenticator.authenticate(authorization);
  if (!principal.scopes.has('model:call')) throw new FactoryError('FORBIDDEN', 'The token lacks the scope model:call');
  return principal;
}

/** Who pays: the agent of the token, and the lease of the headers. Throws FORBIDDEN, INVALID_ARGUMENT. */
export function toPayer(principal: Principal, headers: Headers): Payer {
  if (principal.agent === undefined)
    throw new FactoryError('FORBIDDEN', 'Only the token of a registered agent pays for model calls');
  const id = headers[leaseHeaders.taskId];
  const epoch = headers[leaseHeaders.taskEpoch];
  const parsed = leaseRefSchema.safeParse({
    id,
    epoch: typeof epoch === 'string' && /^\d{1,15}$/.test(epoch) ? Number(epoch) : epoch,
  });
  if (parsed.success) return { lease: parsed.data, agentId: principal.agent.id };
  const faults = toFaults(parsed.error).map((fault): Fault => ({
    ...fault,
    path: `headers.${fault.path === 'id' ? leaseHeaders.taskId : leaseHeaders.taskEpoch}`,
  }));
  throw new FactoryError('INVALID_ARGUMENT', faults.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    faults,
  });
}
