import { z } from 'zod';
import { agentTypeNameSchema, agentTypes, type AgentTypeName } from './agents';
import { FactoryError } from './errors';

/** Rules that route a task_type to an agent type; the first match wins. `*` at the end matches any rest. */
export const routingRulesSchema = z
  .strictObject({
    version: z.int().min(1),
    rules: z.array(
      z.strictObject({
        task_type: z.string().regex(/^[a-z][a-z0-9-]{0,62}\*?$|^\*$/),
        type: agentTypeNameSchema,
      }),
    ),
  })
  .meta({ id: 'RoutingRules' });
export type RoutingRules = z.infer<typeof routingRulesSchema>;

/** The rules that the catalogue makes. */
export const defaultRoutingRules: RoutingRules = {
  version: 1,
  rules: agentTypes.flatMap(({ name, task_types }) => task_types.map((task_type) => ({ task_type, type: name }))),
};

/** The type for a task_type. Throws ROUTE_NOT_FOUND. */
export function route(rules: RoutingRules, taskType: string): AgentTypeName {
  const rule = rules.rules.find(({ task_type: pattern }) =>
    pattern.endsWith('*') ? taskType.startsWith(pattern.slice(0, -1)) : pattern === taskType,
  );
  if (rule === undefined)
    throw new FactoryError('ROUTE_NOT_FOUND', `no rule of version ${rules.version} routes "${taskType}"`);
  return rule.type;
}
