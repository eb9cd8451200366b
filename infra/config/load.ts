import { existsSync, readFileSync } from 'node:fs';
import { FactoryError, type AgentType } from '@agent-factory/contract';
import { RunError } from '@pulumi/pulumi';
import * as pulumiConfig from '@pulumi/pulumi/runtime/config';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { mergeConfig, type Json } from './inherit';
import { parseConfiguration, type Configuration } from './parse';

const mostAncestors = 5;

/** The SDK exports it and leaves it out of its types (stripInternal); without it a plain secret would go unseen. */
const { isConfigSecret } = pulumiConfig as unknown as { isConfigSecret: (key: string) => boolean };

const stackFile = z.looseObject({ config: z.record(z.string(), z.json()).default({}) });

/**
 * Reads the configuration of the running stack once, over that of the stacks it inherits from (Pulumi.<name>.yaml beside it).
 * Throws a RunError with every fault, before any resource exists.
 */
export function loadConfiguration(project: string, catalogue: readonly AgentType[]): Configuration {
  const all = pulumiConfig.allConfig();
  const own = Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(`${project}:`))
      .map(([key, text]) => [key.slice(project.length + 1), structured(text)]),
  );
  try {
    return parseConfiguration(withAncestors(own, project, readStackFile), {
      catalogue,
      gcp: { project: all['gcp:project'], region: all['gcp:region'] },
      isSecret: (key) => isConfigSecret(`${project}:${key}`),
    });
  } catch (error) {
    // The engine prints a RunError as it is, and any other with its stack.
    throw error instanceof FactoryError ? new RunError(error.message) : error;
  }
}

/** A configuration over those that it inherits from, the furthest first. */
export function withAncestors(
  own: Readonly<Record<string, Json>>,
  project: string,
  read: (stack: string, project: string) => Record<string, Json>,
): Record<string, Json> {
  const chain = [own];
  for (let next = own['inherits']; typeof next === 'string' && next !== ''; next = chain[0]?.['inherits']) {
    if (chain.length > mostAncestors)
      throw new FactoryError(
        'INVALID_ARGUMENT',
        `inherits: more than ${mostAncestors} stacks, one after another; is it a circle?`,
      );
    chain.unshift(read(next, project));
  }
  const merged = chain.reduce<Json | undefined>((base, over) => mergeConfig(base, { ...over }), {});
  return typeof merged === 'object' && merged !== null && !Array.isArray(merged) ? merged : {};
}

/** Pulumi hands every value over as text: maps, lists, numbers and booleans as JSON. */
function structured(text: string): Json {
  if (!/^\s*([[{]|-?\d|true$|false$)/.test(text)) return text;
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}

function readStackFile(stack: string, project: string): Record<string, Json> {
  const path = `Pulumi.${stack}.yaml`;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack) || !existsSync(path))
    throw new FactoryError('INVALID_ARGUMENT', `inherits: there is no ${path} beside Pulumi.yaml`);
  const { config } = stackFile.parse(parseYaml(readFileSync(path, 'utf8')));
  const entries = Object.entries(config).filter(([key]) => key.startsWith(`${project}:`));
  const secret = entries.find(([, value]) => isSecure(value));
  if (secret !== undefined)
    throw new FactoryError(
      'INVALID_ARGUMENT',
      `inherits: ${secret[0]} of ${path} is a secret, which only its own stack can read; set it on this stack too`,
    );
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(project.length + 1), z.json().parse(value)]));
}

/** Whether a value of a stack's file is, or holds, an encrypted one. */
function isSecure(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'secure' in value || Object.values(value).some(isSecure);
}
