import { FactoryError, type AgentType } from '@agent-factory/contract';
import { RunError } from '@pulumi/pulumi';
import * as pulumiConfig from '@pulumi/pulumi/runtime/config';
import { z } from 'zod';
import { mergeConfig, type Json } from './inherit';
import { parseConfiguration, type Configuration } from './parse';
import { readStackFile } from './stackFile';

const mostAncestors = 5;

/** The SDK exports it and leaves it out of its types (stripInternal); without it a plain secret would go unseen. */
const { isConfigSecret } = pulumiConfig as unknown as { isConfigSecret: (key: string) => boolean };

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
    return parseConfiguration(withAncestors(own, project, inheritable), {
      catalogue,
      gcp: { project: all['gcp:project'], region: all['gcp:region'] },
      isSecret: (key) => isConfigSecret(`${project}:${key}`),
    });
  } catch (error) {
    // The engine prints a RunError as it is, and any other with its stack.
    throw error instanceof FactoryError ? new RunError(error.message) : error;
  }
}

/**
 * Reads a stack's file without the engine: what is encrypted counts as given, and digests that only the pipeline knows may be missing.
 * Throws INVALID_ARGUMENT with every fault.
 */
export function readStack(project: string, stack: string, catalogue: readonly AgentType[]): Configuration {
  const { own, gcp } = readStackFile(stack, project);
  const unknown = `sha256:${'0'.repeat(64)}`;
  const digests = {
    images: { dispatcher: unknown, agents: Object.fromEntries(catalogue.map(({ name }) => [name, unknown])) },
  };
  const whole = mergeConfig(digests, withAncestors(own, project, inheritable));
  return parseConfiguration(asMap(whole), { catalogue, gcp, isSecret: () => true });
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
  return asMap(chain.reduce<Json | undefined>((base, over) => mergeConfig(base, { ...over }), {}));
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

/** What another stack's file gives to those who inherit from it: all but secrets, which only that stack can read. */
function inheritable(stack: string, project: string): Record<string, Json> {
  const { own, secret } = readStackFile(stack, project);
  const [first] = secret;
  if (first !== undefined)
    throw new FactoryError(
      'INVALID_ARGUMENT',
      `inherits: ${first} of stack ${stack} is a secret, which only that stack can read; set it on this one too`,
    );
  return own;
}

function asMap(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
