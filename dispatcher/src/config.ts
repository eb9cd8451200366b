import { readFileSync } from 'node:fs';
import { env as names, FactoryError, toFaults, type Fault } from '@agent-factory/contract';
import { z } from 'zod';
import { readPart, type Part, type ReadFile } from './configPart';
import { redisConfig, type RedisConfig } from './configRedis';
import { inClusterUrl } from './kubernetes/config';
import { dispatcherFileSchema, signingKeySchema, type DispatcherFile } from './configFile';

export {
  dispatcherFileSchema,
  roleSchema,
  tokenSchema,
  type DispatcherFile,
  type DispatcherFileInput,
  type Role,
} from './configFile';

const port = z.coerce.number().int().min(0).max(65_535);
const levels = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

const given = z.string({ error: 'is not set' }).min(1, 'is empty');

const environmentSchema = z.object({
  [names.redisUrl]: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// or rediss:// URL' }),
  [names.redisPasswordFile]: given.optional(),
  [names.redisCaFile]: given.optional(),
  [names.redisTlsServerName]: given.optional(),
  [names.listenHost]: z.string().min(1).default('127.0.0.1'),
  [names.httpPort]: port.default(7070),
  [names.grpcPort]: port.default(7071),
  [names.artifactDir]: given.optional(),
  [names.logLevel]: levels.default('info'),
  [names.dispatcherConfig]: given,
});

/** All that a dispatcher is told. */
export interface DispatcherConfig extends RedisConfig {
  listenHost: string;
  /** 0 takes a free one. */
  httpPort: number;
  /** 0 takes a free one. */
  grpcPort: number;
  /** Empty where no artifacts are kept on disk: only the role `serve` does, unless they are in a bucket. */
  artifactDir: string;
  logLevel: z.output<typeof levels>;
  file: DispatcherFile;
}

/** Reads the environment and its files once. Throws INVALID_ARGUMENT with every fault of all; no value is quoted, since some are secret. */
export function loadConfig(
  environment: Record<string, string | undefined>,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): DispatcherConfig {
  const outer = environmentSchema.safeParse(environment);
  const path = environment[names.dispatcherConfig];
  const file: Part<DispatcherFile> =
    path === undefined || path === '' ? { faults: [] } : parseFile(path, readFile, environment);
  const redis = redisConfig(environment, readFile);
  const faults = [...(outer.success ? [] : toFaults(outer.error)), ...redis.faults, ...file.faults];
  if (!outer.success || file.value === undefined || redis.value === undefined) throw configError(faults);
  const { data } = outer;
  return {
    ...redis.value,
    listenHost: data[names.listenHost],
    httpPort: data[names.httpPort],
    grpcPort: data[names.grpcPort],
    artifactDir: data[names.artifactDir] ?? '',
    logLevel: data[names.logLevel],
    file: file.value,
  };
}

function parseFile(
  path: string,
  readFile: ReadFile,
  environment: Record<string, string | undefined>,
): Part<DispatcherFile> {
  const found = readPart(names.dispatcherConfig, path, readFile);
  if (found.value === undefined) return { faults: found.faults };
  let json: unknown;
  try {
    json = JSON.parse(found.value);
  } catch {
    // A parser quotes the text around the fault, which may be a secret.
    return { faults: [{ path: names.dispatcherConfig, message: 'is not JSON' }] };
  }
  const parsed = dispatcherFileSchema.safeParse(json);
  const faults = parsed.success ? [] : toFaults(parsed.error);
  const { roles = [] } = rolesSchema.safeParse(json).data ?? {};
  const onDisk = diskSchema.safeParse(json).success;
  if (roles.includes('serve') && onDisk && (environment[names.artifactDir] ?? '') === '')
    faults.push({ path: names.artifactDir, message: 'is not set; the role serve keeps artifacts there' });
  if (!parsed.success) return { faults };
  const key = signingKey(parsed.data, readFile);
  faults.push(...key.faults);
  const recycler = recyclerPart(parsed.data, environment);
  faults.push(...recycler.faults);
  if (faults.length > 0) return { faults };
  return {
    value: { ...parsed.data, ...recycler.value, ...(key.value === undefined ? {} : { signing_key: key.value }) },
    faults,
  };
}

/** The roles, whatever else is wrong with the file. */
const rolesSchema = z.looseObject({ roles: dispatcherFileSchema.shape.roles });

/** Artifacts on disk, said or not, whatever else is wrong with the file. */
const diskSchema = z.looseObject({ artifacts: z.looseObject({ kind: z.literal('disk') }).optional() });

/** The key that signs tokens, from its file if there is one. */
function signingKey({ signing_key: key, signing_key_file: path }: DispatcherFile, readFile: ReadFile): Part<string> {
  if (path === undefined) return { ...(key === undefined ? {} : { value: key }), faults: [] };
  const found = readPart('signing_key_file', path, readFile);
  if (found.value === undefined) return found;
  const parsed = signingKeySchema.safeParse(found.value);
  if (parsed.success) return { value: parsed.data, faults: [] };
  return { faults: parsed.error.issues.map(({ message }) => ({ path: 'signing_key_file', message })) };
}

/** The recycler's part with the address of the Kubernetes API filled in. */
function recyclerPart(
  { recycler, roles }: DispatcherFile,
  environment: Record<string, string | undefined>,
): Part<Pick<DispatcherFile, 'recycler'>> {
  if (recycler === undefined || !roles.includes('recycler')) return { value: {}, faults: [] };
  const url = recycler.kubernetes.api_url ?? inClusterUrl(environment);
  if (url !== undefined)
    return { value: { recycler: { ...recycler, kubernetes: { ...recycler.kubernetes, api_url: url } } }, faults: [] };
  const message = `is not set, and neither are ${names.kubernetesServiceHost} and ${names.kubernetesServicePort}`;
  return { faults: [{ path: 'recycler.kubernetes.api_url', message }] };
}

function configError(faults: Fault[]): FactoryError {
  const lines = faults.map((fault) => `${fault.path}: ${fault.message}`);
  return new FactoryError(
    'INVALID_ARGUMENT',
    `the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}\n${lines.join('\n')}`,
    {
      faults,
    },
  );
}
