import { agentTypes } from '@agent-factory/contract';
import { stringify } from 'yaml';
import { z } from 'zod';
import { configSchema } from './schema';

/** Name of the Pulumi project, and so the namespace of its configuration. */
export const projectName = 'agent-factory';

/**
 * Pulumi.yaml, made from the schema of the configuration: a key that the program does not read cannot stand in it, and Pulumi
 * itself asks for what a stack must say (a declared key without a default is required).
 */
export function projectFile(): string {
  return `# Made from infra/config/schema.ts by \`npm run generate\`.\n${stringify(
    {
      name: projectName,
      description: 'A fleet of sandboxed AI agents on Kubernetes',
      runtime: { name: 'nodejs', options: { tsconfig: 'infra/tsconfig.json', packagemanager: 'npm' } },
      config: Object.fromEntries(
        Object.entries(configSchema(agentTypes).shape).map(([key, schema]) => [
          `${projectName}:${key}`,
          declare(schema),
        ]),
      ),
    },
    { lineWidth: 130 },
  )}`;
}

function declare(schema: z.ZodType): Record<string, unknown> {
  const { description } = schema;
  const [type, empty] = kindOf(schema);
  return schema.safeParse(undefined).success ? { type, description, default: empty } : { type, description };
}

function kindOf(schema: z.ZodType): [type: 'string' | 'boolean' | 'object', empty: unknown] {
  let inner: unknown = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
    inner = inner.unwrap();
  if (inner instanceof z.ZodBoolean) return ['boolean', false];
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return ['string', ''];
  return ['object', {}];
}
