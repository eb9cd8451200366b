import {
  agentTokenAudience,
  agentTypes,
  externalMetricsApi,
  type AgentType,
  type ModelsConfig,
  type Scope,
} from '@agent-factory/contract';
import type { Names } from '../../names';
import { namespaces, type AgentPlan } from '../../types';
import { inDispatcher } from './roles';

/** A token by which a program or a person calls the API, known by its digest. */
export interface KnownToken {
  subject: string;
  sha256: string;
  scopes: readonly Scope[];
}

/** Whose service-account tokens prove who an agent is. */
interface IssuerFacts {
  /** As the cluster writes it into tokens, letter by letter. */
  issuer: string;
  /** Where its keys are published; or `jwks`. */
  jwksUri?: string | undefined;
  /** The keys themselves, for a cluster that publishes them to nobody. */
  jwks?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the authorities of that address are mounted; otherwise the platform's are meant. */
  ownCa?: boolean | undefined;
}

/** Name of a type's ServiceAccount. */
export function agentServiceAccount(type: string, names: Names): string {
  return names('k8s.object', 'agent', type);
}

const recordOf = new Map<string, AgentType>(agentTypes.map((type) => [type.name, type]));

/** What an environment changes of the catalogue that the dispatcher works by; empty when it changes nothing. */
function overrides(plans: readonly AgentPlan[]) {
  const changed = (differs: (plan: AgentPlan, record: AgentType) => number | undefined) =>
    Object.fromEntries(
      plans.flatMap((plan) => {
        const record = recordOf.get(plan.name);
        const value = record === undefined ? undefined : differs(plan, record);
        return value === undefined ? [] : [[plan.name, value]];
      }),
    );
  const targets = changed(({ queueTarget }, { scaling }) =>
    queueTarget === scaling.queue_target ? undefined : queueTarget,
  );
  const limits = changed((plan, record) => (plan.queue_limit === record.queue_limit ? undefined : plan.queue_limit));
  return {
    ...(Object.keys(targets).length === 0 ? {} : { queue_targets: targets }),
    ...(Object.keys(limits).length === 0 ? {} : { limits: { queue_limit: limits } }),
  };
}

const signingKeyFile = `${inDispatcher.configFolder}/${inDispatcher.signingKeyFile}`;

/** Configuration of `serve`. Models without keys: it lists them, only the gateway calls them. */
export function serveConfig(options: {
  plans: readonly AgentPlan[];
  names: Names;
  tokens: readonly KnownToken[];
  issuer: IssuerFacts | undefined;
  models: ModelsConfig;
  /** Where artifacts are kept. Defaults to a mounted folder. */
  bucket?: string | undefined;
}) {
  const { plans, tokens, issuer, models, names, bucket } = options;
  return {
    roles: ['serve'],
    tokens,
    signing_key_file: signingKeyFile,
    models,
    ...(bucket === undefined ? {} : { artifacts: { kind: 'bucket', bucket } }),
    ...overrides(plans),
    ...(issuer === undefined || plans.length === 0 ? {} : { identity: identity(issuer, plans, names) }),
  };
}

function identity(facts: IssuerFacts, plans: readonly AgentPlan[], names: Names) {
  const { issuer, jwksUri, jwks, ownCa } = facts;
  return {
    issuers: [
      {
        issuer,
        audience: agentTokenAudience,
        ...(jwksUri === undefined ? { jwks } : { jwks_uri: jwksUri }),
        ...(ownCa === true ? { ca_file: `${inDispatcher.configFolder}/${inDispatcher.issuerCaFile}` } : {}),
        namespace: namespaces.agents,
        service_accounts: Object.fromEntries(plans.map(({ name }) => [agentServiceAccount(name, names), name])),
      },
    ],
  };
}

/** Configuration of `model-gateway`. Its tokens are only good for reading metrics. */
export function modelGatewayConfig(options: { tokens: readonly KnownToken[]; models: ModelsConfig }) {
  return {
    roles: ['model-gateway'],
    tokens: options.tokens,
    signing_key_file: signingKeyFile,
    models: options.models,
  };
}

/** Configuration of `metrics-adapter`, which answers the API aggregator alone, for HPAs of the agents' namespace. */
export function metricsAdapterConfig(options: { plans: readonly AgentPlan[]; allowedNames: readonly string[] }) {
  const { queue_targets } = overrides(options.plans);
  return {
    roles: ['metrics-adapter'],
    metrics_adapter: {
      port: externalMetricsApi.port,
      cert_file: `${inDispatcher.tlsFolder}/tls.crt`,
      key_file: `${inDispatcher.tlsFolder}/tls.key`,
      client_ca_file: `${inDispatcher.clientCaFolder}/${inDispatcher.clientCaFile}`,
      allowed_names: options.allowedNames,
      namespaces: [namespaces.agents],
    },
    metrics: { access: 'open' },
    ...(queue_targets === undefined ? {} : { queue_targets }),
  };
}

/** Configuration of `recycler`. */
export function recyclerConfig() {
  return { roles: ['recycler'], recycler: { namespace: namespaces.agents }, metrics: { access: 'open' } };
}
