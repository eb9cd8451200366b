/** What a stack is. */
export type Environment = 'dev' | 'staging' | 'prod';

const environments: readonly Environment[] = ['dev', 'staging', 'prod'];

/** Where to learn it from, the surest first. */
export interface EnvironmentFacts {
  /** The rule's configuration, `--policy-pack-config`. */
  configured?: unknown;
  /** `agent-factory:environment` of the stack. */
  stackConfig?: string | undefined;
  /** Tag `environment` of the stack. */
  tag?: string | undefined;
  /** Label `environment` of the resource, or of its provider's default labels. */
  label?: unknown;
  /** Of any resource. */
  urn: string;
}

/** The environment. One that nothing tells is judged as prod: a rule that is too strict is seen, one that is too lax is not. */
export function environmentOf({ configured, stackConfig, tag, label, urn }: EnvironmentFacts): Environment {
  const words =
    (urn.split('::')[0] ?? '')
      .split(':')
      .at(-1)
      ?.split(/[^a-z]+/) ?? [];
  return [configured, stackConfig, tag, label, ...words].map(known).find((name) => name !== undefined) ?? 'prod';
}

const longNames: Readonly<Record<string, Environment>> = { development: 'dev', stage: 'staging', production: 'prod' };

function known(name: unknown): Environment | undefined {
  if (typeof name !== 'string') return undefined;
  return environments.find((environment) => environment === name) ?? longNames[name];
}
