import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as apiregistration from '@pulumi/kubernetes/apiregistration/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import * as pulumi from '@pulumi/pulumi';
import { DispatcherRole, type DispatcherBase, type RedisAccess } from './dispatcherRole';
import { metricsAdapterConfig } from './manifests/dispatcher/config';
import { configVolume, secretVolume } from './manifests/dispatcher/pod';
import { inDispatcher } from './manifests/dispatcher/roles';
import { metricsService } from './manifests/dispatcher/services';
import { serviceNames } from './manifests/endpoints';
import { metricsAdapterDoors } from './manifests/network/dispatcher';
import {
  externalMetricsReader,
  externalMetricsReaderBinding,
  externalMetricsService,
} from './manifests/queueMetric/apiService';
import { autoscalingMetric } from './manifests/queueMetric/autoscalingMetric';
import type { MetricSource } from './manifests/scaling/metric';
import { RequestHeaderCa, type RequestHeaderCaArgs } from './requestHeaderCa';
import type { RedisConnection } from './redisConnection';
import { ServingCertificate } from './servingCertificate';
import { namespaces, type AgentPlan } from './types';

/** What the role metrics-adapter is made with. */
interface MetricsAdapterArgs extends DispatcherBase {
  replicas: number;
  /** Cores that a replica asks for; it may use four times as many. */
  cpu: number;
  /** GiB. */
  memory: number;
  /** How roles reach Redis: `redis` of Dispatcher. */
  redis: RedisAccess;
  /** Where Redis is, for the network policy. */
  redisNetwork: RedisConnection['network'];
  /** By what the aggregator is known. Defaults to what the cluster says of itself. */
  requestHeader?: RequestHeaderCaArgs['given'];
  /** Addresses that the control plane comes from. Defaults to any: the aggregator proves itself by its certificate. */
  controlPlane?: readonly pulumi.Input<string>[];
  /** Namespaces whose pods may read /metrics. Defaults to that of Managed Prometheus, where there is one. */
  collectors?: readonly string[];
}

export interface QueueMetricArgs {
  /** The types whose queues are measured. */
  plans: readonly AgentPlan[];
  /** Exactly one back end: only one program of a cluster may own external.metrics.k8s.io. */
  source:
    ({ backend: 'dispatcher' } & { adapter: MetricsAdapterArgs }) | Extract<MetricSource, { backend: 'gke' | 'keda' }>;
}

/**
 * What serves `task_queue_depth` to the autoscalers. `dispatcher`: the role metrics-adapter behind the aggregated API, at most seconds old; `gke`: an
 * AutoscalingMetric a type, over Managed Prometheus; `keda`: nothing here, KEDA asks Prometheus itself.
 */
export class QueueMetric extends pulumi.ComponentResource {
  /** For every AgentWorkload. */
  readonly source: MetricSource;

  constructor(name: string, { plans, source }: QueueMetricArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:QueueMetric', name, {}, opts);
    if (source.backend === 'dispatcher') this.adapter(name, plans, source.adapter);
    else if (source.backend === 'gke') this.managed(name, plans);

    this.source = source.backend === 'dispatcher' ? { backend: 'dispatcher' } : source;
    this.registerOutputs();
  }

  private adapter(name: string, plans: readonly AgentPlan[], args: MetricsAdapterArgs): void {
    const { names, platform, requestHeader, redisNetwork, collectors, controlPlane = [] } = args;
    const certificate = new ServingCertificate(
      `${name}-certificate`,
      { names, service: serviceNames.metrics, namespace: namespaces.system },
      { parent: this },
    );
    const aggregator = new RequestHeaderCa(
      `${name}-aggregator`,
      { names, ...(requestHeader && { given: requestHeader }) },
      { parent: this },
    );
    const role = new DispatcherRole(
      `${name}-adapter`,
      {
        ...args,
        role: 'metrics-adapter',
        replicas: { min: args.replicas, max: args.replicas },
        size: { cpu: args.cpu, memory: args.memory },
        config: aggregator.allowedNames.apply((allowedNames) =>
          JSON.stringify(metricsAdapterConfig({ plans, allowedNames })),
        ),
        doors: metricsAdapterDoors<pulumi.Input<string>>({
          platform,
          redis: redisNetwork,
          collectors: collectors ?? (platform.can.managedPrometheus ? ['gmp-system'] : []),
          controlPlane,
        }),
        volumes: [
          secretVolume('tls', inDispatcher.tlsFolder, certificate.secretName),
          configVolume('client-ca', inDispatcher.clientCaFolder, aggregator.configMapName),
        ],
        metricsToken: false,
        after: [certificate, aggregator],
      },
      { parent: this },
    );
    this.register(name, role, certificate.caBundle);
  }

  /** Hands the API over once something answers behind it, and takes it back before that goes: a dead one holds up every namespace that is to go. */
  private register(name: string, role: DispatcherRole, caBundle: pulumi.Output<string>): void {
    const service = new core.Service(`${name}-service`, metricsService(), { parent: this, dependsOn: role.deployment });
    const reader = new rbac.ClusterRole(`${name}-reader`, externalMetricsReader(), { parent: this });
    const binding = new rbac.ClusterRoleBinding(`${name}-reader-binding`, externalMetricsReaderBinding(), {
      parent: this,
      dependsOn: reader,
    });
    new apiregistration.APIService(`${name}-api`, externalMetricsService(caBundle), {
      parent: this,
      dependsOn: [role, service, binding],
    });
  }

  private managed(name: string, plans: readonly AgentPlan[]): void {
    for (const { name: type } of plans)
      new apiextensions.CustomResource(`${name}-${type}`, autoscalingMetric(type), { parent: this });
  }
}
