import type { Recorded, Recording } from '../../support/pulumi/recorder';

/** A row of the hardening list: what must hold, and a change that breaks it. */
export interface Row {
  row: number;
  control: string;
  /** Faults found; none when the row holds. */
  check: (recording: Recording) => string[];
  /** Breaks the row in a copy of what was recorded. */
  plant: (find: (type: string, name?: string) => Record<string, unknown>) => void;
}

type Json = Record<string, unknown>;

export const cluster = 'gcp:container/cluster:Cluster';
export const nodePool = 'gcp:container/nodePool:NodePool';
export const bucket = 'gcp:storage/bucket:Bucket';

/** Value at a path such as `settings.ipConfiguration.ipv4Enabled`. */
export function at(inputs: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? (value as Json)[key] : undefined),
      inputs,
    ); // narrowed the line before
}

/** Puts a value at a path; objects on the way are made. */
export function set(inputs: Json, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const target = keys.reduce((inner, key) => (inner[key] ??= {}) as Json, inputs); // built on the way when missing
  target[last] = value;
}

/** Every resource of a type has these values, and there is at least one. */
export function all(type: string, expected: Json, only: (resource: Recorded) => boolean = () => true) {
  return (recording: Recording): string[] => {
    const resources = recording.of(type).filter(only);
    if (resources.length === 0) return [`there is no ${type}`];
    return resources.flatMap((resource) =>
      Object.entries(expected)
        .filter(([path, value]) => JSON.stringify(at(resource.inputs, path)) !== JSON.stringify(value))
        .map(
          ([path, value]) =>
            `${resource.name}: ${path} is ${JSON.stringify(at(resource.inputs, path))}, not ${JSON.stringify(value)}`,
        ),
    );
  };
}

/** What any of the checks finds. */
export function both(...checks: Row['check'][]): Row['check'] {
  return (recording) => checks.flatMap((check) => check(recording));
}

/** Every resource of a type has some value at these paths, and there is at least one. */
export function present(type: string, ...paths: string[]): Row['check'] {
  return (recording) => {
    const resources = recording.of(type);
    if (resources.length === 0) return [`there is no ${type}`];
    return resources.flatMap((resource) =>
      paths
        .filter((path) => at(resource.inputs, path) === undefined)
        .map((path) => `${resource.name}: ${path} is missing`),
    );
  };
}

/** A row, with the value at a path of a resource (by logical name, or the last of its type) that breaks it. */
export function row(
  number: number,
  control: string,
  check: Row['check'],
  type: string,
  path: string,
  value: unknown,
  name?: string,
): Row {
  return { row: number, control, check, plant: (find) => set(find(type, name), path, value) };
}

/** Every node pool has these values below a path. */
export const inPool = (prefix: string, expected: Json) =>
  all(nodePool, Object.fromEntries(Object.entries(expected).map(([key, value]) => [`${prefix}${key}`, value])));
