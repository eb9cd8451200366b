import type { Changes } from '../shared/diff';
import type { Failure } from '../shared/provider';
import type { Enums } from '../shared/schema/check';
import type { Store, Thing } from '../shared/store';
import type { ValueObject } from '../shared/values';

/** Where a resource is made: what the resource says itself, then the provider's configuration, then the environment. */
export interface Scope {
  readonly store: Store;
  /** Throws a refusal that names what to set when neither the resource nor the configuration says. */
  project(inputs: ValueObject): string;
  region(inputs: ValueObject): string;
  zone(inputs: ValueObject): string;
  /** `location`, else zone, else region. */
  location(inputs: ValueObject): string;
  /** The number of a project: 12 digits. */
  numberOf(project: string): string;
  /** Labels of the provider's configuration, with the attribution label that the provider adds. */
  readonly defaultLabels: Readonly<Record<string, string>>;
}

/** One rule over known inputs; an unknown value never breaks a rule. */
export type Rule = (inputs: ValueObject, scope: Scope) => Failure[];

/** A thing that must exist before another can be made. */
export interface Need {
  readonly type: string;
  readonly id: string;
  /** The input that names it. */
  readonly path: string;
}

/** What the schema of the package cannot say of a type, each fact with its source. */
export interface Rules extends Changes {
  /** Documentation pages or provider sources in which the facts are written. */
  readonly source: readonly string[];
  /** The physical id, as the provider writes it. */
  id(inputs: ValueObject, scope: Scope): string;
  /** The input that carries the physical name; default `name`. */
  readonly nameProperty?: string;
  /** Enums that the declarations do not list, by path pattern. */
  readonly enums?: Enums;
  readonly checks?: readonly Rule[];
  /** The service that must be enabled in the project; default by the type's module. */
  readonly api?: string;
  needs?(inputs: ValueObject, scope: Scope): Need[];
  /** Paths of outputs that are secret, beyond those that the package marks. */
  readonly secretOutputs?: readonly string[];
  /** Outputs and service-side values beneath the inputs. */
  computed?(inputs: ValueObject, scope: Scope): ValueObject;
  /** Outputs that keep the value of the creation. */
  readonly fixed?: readonly string[];
  /** Why it cannot be deleted now: what still uses it. */
  heldBy?(thing: Thing, scope: Scope): string[];
  /** Why its own settings forbid deletion. */
  protection?(state: ValueObject): string | undefined;
  /** Refuses a creation for what exists (or does not) beside it, in the API's words. */
  refusesCreate?(inputs: ValueObject, scope: Scope): string | undefined;
  /** The API has no deletion: the provider only forgets it, and a later creation of that name meets it again. */
  readonly undeletable?: boolean;
  /** Refuses a change that the API does not make, in its words. */
  refusesUpdate?(before: ValueObject, after: ValueObject): string | undefined;
}
