import type { Resource, Rule } from '../../infra/policies/judge/rule';
import type { Environment } from '../../infra/policies/judge/environment';
import { plain } from '../../infra/policies/judge/value';
import type { Recording } from '../support/pulumi/recorder';

/** What the policy SDK puts where a preview does not know a text. */
export const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** The SDK's wrapper around inputs, which throws when one that is not known is touched; not among its types. */
const { unknownCheckingProxy } = jest.requireActual<{ unknownCheckingProxy: (props: object) => object }>(
  '@pulumi/policy/proxy',
);

/** A resource as the pack hands it to rules: through the SDK's wrapper. */
export function resource(type: string, props: object, more: Partial<Resource> = {}): Resource {
  const name = more.name ?? 'thing';
  return {
    type,
    name,
    urn: `urn:pulumi:prod::agent-factory::${type}::${name}`,
    props: plain(unknownCheckingProxy(props)),
    protect: true,
    environment: 'prod',
    ...more,
  };
}

/** What a rule says of resources, as `resource: [path] fault`. */
export function judged(rule: Rule, resources: readonly Resource[]): string[] {
  const [first] = resources;
  if (first === undefined || rule.environments?.includes(first.environment) === false) return [];
  const found =
    'judge' in rule
      ? resources
          .filter(({ type }) => rule.appliesTo(type))
          .flatMap((resource) => rule.judge(resource).map((finding) => ({ resource, ...finding })))
      : rule.judgeStack(resources);
  return found.map(({ resource, path, fault }) => `${resource?.name ?? 'the stack'}: [${path}] ${fault}`);
}

/** What a program registered, as the pack sees it. */
export function resourcesOf(recording: Recording, environment: Environment): Resource[] {
  return recording.all
    .filter(({ custom }) => custom)
    .map(({ type, name, urn, inputs, protect }) => resource(type, inputs, { name, urn, environment, protect }));
}
