import { z } from 'zod';

/** What a token may do; one record a scope. */
export const scopeDescriptions = {
  'task:read': 'Read tasks, results and events',
  'task:submit': 'Submit tasks of priority P1 to P3 and upload artifacts',
  'task:p0': 'Submit tasks of priority P0',
  'task:cancel': 'Cancel tasks',
  'queue:admin': 'Pause and resume types, redrive dead letters, replace the pods of agents',
  'agent:read': 'Read the registry of agents',
  'agent:work': 'Register as an agent, claim tasks and report on them',
  'artifact:read': 'Download artifacts',
  'model:call': 'Call models through the gateway for a task that one holds',
} as const;

export type Scope = keyof typeof scopeDescriptions;
export const scopes = Object.keys(scopeDescriptions) as [Scope, ...Scope[]]; // keys of a literal, none lost
export const scopeSchema = z.enum(scopes).meta({ id: 'Scope' });

/** What a person's own token on one machine may do: everything but an agent's part. */
export const operatorScopes: readonly Scope[] = scopes.filter(
  (scope) => scope !== 'agent:work' && scope !== 'model:call',
);

/** What the short-lived token of an agent may do. */
export const agentScopes: readonly Scope[] = ['agent:work', 'artifact:read', 'model:call'];
