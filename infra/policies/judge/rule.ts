import type { Environment } from './environment';
import type { Value } from './value';

/** A resource as rules see it. */
export interface Resource {
  /** Pulumi's type, such as gcp:container/cluster:Cluster. */
  type: string;
  name: string;
  urn: string;
  props: Value;
  /** Pulumi refuses to delete it. */
  protect: boolean;
  environment: Environment;
}

/** What is wrong: the property's path, and what it is and should be. */
export interface Finding {
  path: string;
  fault: string;
}

interface Common {
  /** `<service>-<resource>-<rule>`, also the name of its file. */
  name: string;
  /** What to do, in a sentence. */
  description: string;
  /** Advisory rules are told of; mandatory ones stop the update. */
  level: 'advisory' | 'mandatory';
  /** Where the rule comes from, such as `CIS GKE 5.5.1`. */
  source: string;
  /** Environments that it is for. Defaults to all. */
  environments?: readonly Environment[];
}

/** A rule that judges one resource by its inputs, before it is made. */
export interface ResourceRule extends Common {
  appliesTo: (type: string) => boolean;
  judge: (resource: Resource) => readonly Finding[];
}

/** A rule that judges resources together, at the end of a preview or update. */
export interface StackRule extends Common {
  judgeStack: (resources: readonly Resource[]) => readonly StackFinding[];
}

interface StackFinding extends Finding {
  /** The resource at fault; undefined when it is one that is missing. */
  resource: Resource | undefined;
}

export type Rule = ResourceRule | StackRule;

/** A rule for resources of these types. */
export function forTypes(...types: readonly string[]): ResourceRule['appliesTo'] {
  return (type) => types.includes(type);
}
