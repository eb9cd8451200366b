import { z } from 'zod';
import { FactoryError } from '../errors';
import { backend } from './backend';
import { coordinator } from './coordinator';
import { data } from './data';
import { devops } from './devops';
import { frontend } from './frontend';
import { integration } from './integration';
import { ml } from './ml';
import { python } from './python';
import { researcher } from './researcher';
import { reviewer } from './reviewer';
import { security } from './security';
import { tester } from './tester';
import type { AgentType } from './agentType';

/** The catalogue: every workload, queue, image, policy and legend comes from these records. */
export const agentTypes = [
  python,
  frontend,
  backend,
  devops,
  tester,
  researcher,
  coordinator,
  reviewer,
  security,
  data,
  ml,
  integration,
] as const satisfies readonly AgentType[];

export type AgentTypeName = (typeof agentTypes)[number]['name'];

export const agentTypeNames = agentTypes.map((type) => type.name) as [AgentTypeName, ...AgentTypeName[]]; // the catalogue is never empty
export const agentTypeNameSchema = z.enum(agentTypeNames).meta({ id: 'AgentTypeName' });

const byName = new Map<string, AgentType>(agentTypes.map((type) => [type.name, type]));

/** The record of a type. Throws TYPE_UNKNOWN. */
export function agentType(name: string): AgentType {
  const type = byName.get(name);
  if (type === undefined)
    throw new FactoryError('TYPE_UNKNOWN', `"${name.slice(0, 60)}" is not one of ${agentTypeNames.join(', ')}`);
  return type;
}

export function isAgentTypeName(name: string): name is AgentTypeName {
  return byName.has(name);
}
