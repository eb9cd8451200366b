import type { Resource } from '../../../infra/policies/judge/rule';
import { resource } from '../judged';

export type Props = Readonly<Record<string, unknown>>;

/** Keys from the outside in; a text is split at its dots. */
export type Path = string | readonly (string | number)[];

/** A change of a good resource that a rule must see. `undefined` takes a property away. */
export interface Change {
  path: Path;
  value: unknown;
}

/** A rule for one resource: good ones, and changes that break the first of them. */
export interface ResourceExample {
  rule: string;
  type: string;
  good: readonly [Props, ...Props[]];
  bad: readonly Change[];
  /** Breaks the rule whatever its properties are. */
  always?: boolean;
  /** It matters that a property is there, whatever it turns out to be. */
  evenUnknown?: boolean;
}

/** A rule for a stack: stacks that keep it and stacks that break it. */
export interface StackExample {
  rule: string;
  keeps: readonly (readonly Resource[])[];
  breaks: readonly (readonly Resource[])[];
}

export function change(path: Path, value: unknown): Change {
  return { path, value };
}

/** Keys of a path. */
export function keysOf(path: Path): readonly (string | number)[] {
  return typeof path === 'string' ? path.split('.') : path;
}

/** A copy with the value at a path. */
export function changed(props: unknown, path: Path, value: unknown): Props {
  const [key, ...rest] = keysOf(path);
  const copy = (Array.isArray(props) ? [...(props as unknown[])] : { ...(props as Props) }) as Record<string, unknown>; // either takes a key
  if (key === undefined) return copy;
  const inner = rest.length === 0 ? value : changed(copy[key] ?? {}, rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** A Kubernetes object. */
export function object(type: string, name: string, props: Props, namespace?: string): Resource {
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(props['metadata'] as object | undefined),
  };
  return resource(`kubernetes:${type}`, { ...props, metadata }, { name });
}
