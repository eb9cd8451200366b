import { FactoryError, toFaults, type AgentType, type Fault } from '@agent-factory/contract';
import type { z } from 'zod';
import type { AgentPlan } from '../../components/types';
import { resolveAgents } from './agents';
import type { Json } from './inherit';
import { nearestRegion, regions, zonesOf } from './regions';
import { rules } from './rules';
import { configSchema, type StackConfig } from './schema';

/** A stack's configuration, checked, and the agent types as this environment runs them. */
export interface Configuration extends StackConfig {
  plans: readonly AgentPlan[];
  /** Where the cloud half is made; undefined with cluster.kind existing. */
  cloud: { project: string; region: string; zones: string[] } | undefined;
}

/** What a configuration is read with. */
export interface Surroundings {
  catalogue: readonly AgentType[];
  /** gcp:project and gcp:region of the stack. */
  gcp: { project?: string | undefined; region?: string | undefined };
  /** Whether a key is kept encrypted in the stack's file. */
  isSecret: (key: string) => boolean;
}

/**
 * Checks a configuration whole: shapes, then what holds between its parts. Throws INVALID_ARGUMENT with every fault, each with
 * its path; no value that may be secret is quoted.
 */
export function parseConfiguration(raw: Readonly<Record<string, Json>>, surroundings: Surroundings): Configuration {
  const { catalogue, gcp, isSecret } = surroundings;
  const schema = configSchema(catalogue);
  const given = Object.fromEntries(
    Object.entries(raw).filter(([key, value]) => !(key in schema.shape && isEmpty(value))),
  );
  const whole = schema.safeParse(given);
  // What holds between parts is said together with the faults of the parts: those are taken out for it, not waited for.
  const parsed = whole.success ? whole : schema.safeParse(without(given, whole.error));
  const shapes = whole.success ? [] : toFaults(whole.error).map((found) => explain(found, Object.keys(schema.shape)));
  if (!parsed.success) throw refuse(shapes);
  const config = parsed.data;
  const plans = resolveAgents(catalogue, config.agents, config.environment);
  const across = [
    ...rules.flatMap((rule) => rule(config, plans)),
    ...cloudFaults(config, gcp),
    ...plainSecrets(config, isSecret),
  ];
  const faults = [...shapes, ...across.filter(({ path }) => !shapes.some((shape) => related(shape.path, path)))];
  if (faults.length > 0) throw refuse(faults);
  return { ...config, plans, cloud: cloudOf(config, gcp) };
}

/** Pulumi fills what a stack leaves out with what Pulumi.yaml gives: an empty map or an empty text. */
function isEmpty(value: Json): boolean {
  return (
    value === '' ||
    (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0)
  );
}

function cloudOf({ cluster }: StackConfig, { project = '', region = '' }: Surroundings['gcp']): Configuration['cloud'] {
  if (cluster.kind !== 'gke') return undefined;
  const zones = zonesOf(region);
  return { project, region, zones: cluster.regional ? zones.slice(0, 3) : zones.slice(0, 1) };
}

function cloudFaults({ cluster }: StackConfig, { project, region }: Surroundings['gcp']): Fault[] {
  if (cluster.kind !== 'gke') return [];
  const faults: Fault[] = [];
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project ?? ''))
    faults.push({
      path: 'gcp:project',
      message:
        project === undefined
          ? 'is not set; run: pulumi config set gcp:project <id>'
          : `"${project}" is not the id of a project`,
    });
  if (!regions.has(region ?? ''))
    faults.push({
      path: 'gcp:region',
      message:
        region === undefined
          ? 'is not set; run: pulumi config set gcp:region europe-west1'
          : `"${region}" is not a region of Google Cloud${nearestRegion(region)}`,
    });
  return faults;
}

/** A fault that stands below another, or above it, may be no more than its consequence. */
function related(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

/** The configuration without the values that have a fault. */
function without(raw: Readonly<Record<string, Json>>, error: z.ZodError): Readonly<Record<string, Json>> {
  const copy = structuredClone(raw);
  for (const issue of error.issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of keys) remove(copy, path);
  }
  return copy;
}

function remove(value: Readonly<Record<string, Json>>, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  let holder: unknown = value;
  for (const part of path.slice(0, -1)) holder = isIndexed(holder) ? holder[String(part)] : undefined;
  if (last !== undefined && isIndexed(holder)) Reflect.deleteProperty(holder, last);
}

function isIndexed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Secrets that stand in the stack's file as they are. */
function plainSecrets({ modelKeys, queue, cluster }: StackConfig, isSecret: (key: string) => boolean): Fault[] {
  const held = {
    modelKeys: Object.keys(modelKeys).length > 0,
    queue: queue.kind === 'external' && queue.password !== undefined,
    cluster: cluster.kind === 'existing' && (cluster.kubeconfig ?? '').includes('\n'),
  };
  return Object.entries(held)
    .filter(([key, holds]) => holds && !isSecret(key))
    .map(([path]) => ({
      path,
      message: `holds a secret in plain text; set it with: pulumi config set --secret --path '${path}.…'`,
    }));
}

/** Adds what a person most likely meant. */
function explain({ path, message }: Fault, keys: readonly string[]): Fault {
  if (message === 'is not a known field') {
    const close = keys.find((key) => distance(key.toLowerCase(), path.toLowerCase()) <= 2);
    return { path, message: close === undefined ? message : `${message}; did you mean ${close}?` };
  }
  if (path === 'environment')
    return { path, message: 'is dev, staging or prod; set it when the stack is called otherwise' };
  return { path, message };
}

function refuse(faults: readonly Fault[]): FactoryError {
  const lines = faults.map(({ path, message }) => `  ${path}: ${message}`);
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return new FactoryError('INVALID_ARGUMENT', `the stack’s configuration has ${count}:\n${lines.join('\n')}`, {
    faults: [...faults],
  });
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
