import { Config } from '@pulumi/pulumi';
import type {
  Policies,
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from '@pulumi/policy';
import { environmentOf, type Environment } from './environment';
import type { Finding, Resource, ResourceRule, Rule, StackRule } from './rule';
import { at, plain } from './value';

/** Rules as the policy SDK takes them. */
export function policiesOf(rules: readonly Rule[]): Policies {
  return rules.map((rule) => ('judge' in rule ? resourcePolicy(rule) : stackPolicy(rule)));
}

const configSchema: PolicyConfigSchema = {
  properties: { environment: { type: 'string', enum: ['dev', 'staging', 'prod'] } },
};

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  return {
    ...described(rule),
    validateResource: (args, report) => {
      if (!rule.appliesTo(args.type)) return;
      const resource = resourceOf(args, args);
      if (!isFor(rule, resource.environment)) return;
      for (const finding of rule.judge(resource)) report(message(finding));
    },
  };
}

function stackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...described(rule),
    validateStack: (args, report) => {
      const resources = args.resources.map((resource) => resourceOf(resource, args));
      const [first] = resources;
      if (first === undefined || !isFor(rule, first.environment)) return;
      for (const finding of rule.judgeStack(resources)) report(message(finding), finding.resource?.urn);
    },
  };
}

function described({ name, description, level, source }: Rule) {
  return { name, description: `${description} (${source})`, enforcementLevel: level, configSchema };
}

function isFor({ environments }: Rule, environment: Environment): boolean {
  return environments === undefined || environments.includes(environment);
}

function message({ path, fault }: Finding): string {
  return `[${path}] ${fault}.`;
}

function resourceOf(
  { type, name, urn, props, opts, provider }: ResourceValidationArgs | PolicyResource,
  { getConfig, stackTags }: Pick<StackValidationArgs, 'getConfig' | 'stackTags'>,
): Resource {
  const copy = plain(props);
  const labels = [plain(provider?.props), copy].map(
    (from) => at(from, 'defaultLabels.environment') ?? at(from, 'labels.environment'),
  );
  const environment = environmentOf({
    configured: getConfig<{ environment?: string }>().environment,
    stackConfig: new Config('agent-factory').get('environment'),
    tag: stackTags.get('environment'),
    label: labels.find((label) => typeof label === 'string'),
    urn,
  });
  return { type, name, urn, props: copy, protect: opts.protect, environment };
}
