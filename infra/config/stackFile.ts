import { existsSync, readFileSync } from 'node:fs';
import { FactoryError } from '@agent-factory/contract';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Json } from './inherit';

const fileSchema = z.looseObject({ config: z.record(z.string(), z.json()).default({}) });

/** A stack's file as it stands beside Pulumi.yaml. */
export interface StackFile {
  /** The project's own keys, without their namespace; what is encrypted reads `encrypted`. */
  own: Record<string, Json>;
  /** Keys that are, or hold, an encrypted value. */
  secret: string[];
  gcp: { project?: string; region?: string };
}

/** Reads Pulumi.<stack>.yaml. Throws INVALID_ARGUMENT when there is none, or it is not a stack's file. */
export function readStackFile(stack: string, project: string): StackFile {
  const path = `Pulumi.${stack}.yaml`;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack) || !existsSync(path))
    throw new FactoryError('INVALID_ARGUMENT', `there is no ${path} beside Pulumi.yaml`);
  const parsed = fileSchema.safeParse(parse(readFileSync(path, 'utf8')));
  if (!parsed.success)
    throw new FactoryError('INVALID_ARGUMENT', `${path} is not the file of a stack: it has no map "config"`);
  const { config } = parsed.data;
  const entries = Object.entries(config)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), value] as const);
  const text = (key: string): Record<string, string> => {
    const value = config[`gcp:${key}`];
    return typeof value === 'string' ? { [key]: value } : {};
  };
  return {
    own: Object.fromEntries(entries.map(([key, value]) => [key, concealed(value)])),
    secret: entries.filter(([, value]) => isSecure(value)).map(([key]) => key),
    gcp: { ...text('project'), ...text('region') },
  };
}

function isSecure(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'secure' in value || Object.values(value).some(isSecure);
}

function concealed(value: Json): Json {
  if (Array.isArray(value)) return value.map(concealed);
  if (typeof value !== 'object' || value === null) return value;
  if ('secure' in value) return 'encrypted';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, concealed(inner)]));
}
