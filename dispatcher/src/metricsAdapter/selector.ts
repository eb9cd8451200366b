import { agentTypeNames, isAgentTypeName, queueMetricLabel, type AgentTypeName } from '@agent-factory/contract';
import { StatusError } from './status';

const equality = /^([^\s=!()]+)\s*==?\s*([^\s=!()]+)$/;
const membership = /^([^\s=!()]+)\s+in\s*\(([^()]*)\)$/;
const longest = 2_000;

/**
 * The types that a label selector names: `agent_type=a`, `agent_type==a`, `agent_type in (a, b)`, several joined by commas (all must hold),
 * or nothing for every type. Throws BadRequest for what it does not support, NotFound for a type that the catalogue does not have.
 */
export function typesOf(selector: string): AgentTypeName[] {
  if (selector.length > longest)
    throw new StatusError('BadRequest', `the labelSelector is longer than ${longest} characters`);
  const wanted = requirementsOf(selector).map(namesOf);
  return agentTypeNames.filter((type) => wanted.every((names) => names.includes(type)));
}

/** The parts between commas that stand outside of brackets. */
function requirementsOf(selector: string): string[] {
  if (selector.trim() === '') return [];
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function namesOf(requirement: string): AgentTypeName[] {
  const equal = equality.exec(requirement);
  const [, key, values] = equal ?? membership.exec(requirement) ?? [];
  if (key === undefined || values === undefined)
    throw new StatusError(
      'BadRequest',
      `the labelSelector has a requirement that is not supported; use ${queueMetricLabel}=TYPE or ${queueMetricLabel} in (TYPE, TYPE)`,
    );
  if (key !== queueMetricLabel)
    throw new StatusError('BadRequest', `the only label is ${queueMetricLabel}, not ${JSON.stringify(key)}`);
  return values.split(',').map((value) => typeNamed(value.trim()));
}

function typeNamed(name: string): AgentTypeName {
  if (isAgentTypeName(name)) return name;
  throw new StatusError('NotFound', `there is no agent type ${JSON.stringify(name.slice(0, 80))}`);
}
