import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { inDispatcher } from './manifests/dispatcher/roles';
import { labels } from './manifests/labels';
import { parseRequestHeader, requestHeaderConfig, type RequestHeader } from './manifests/queueMetric/requestHeader';
import type { Names } from './names';
import { namespaces } from './types';

export interface RequestHeaderCaArgs {
  names: Names;
  /** By what the aggregator is known. Defaults to what the cluster says in kube-system/extension-apiserver-authentication. */
  given?: RequestHeader;
}

/**
 * Hands the authorities of the API aggregator over to the metrics adapter, which so needs no right to read them. They are read again at each
 * `up`. A preview before there is a cluster shows them as unknown.
 */
export class RequestHeaderCa extends pulumi.ComponentResource {
  /** ConfigMap with the authorities. */
  readonly configMapName: string;
  /** Common names that the aggregator's certificate may have; none: any. */
  readonly allowedNames: pulumi.Output<string[]>;

  constructor(name: string, { names, given }: RequestHeaderCaArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:RequestHeaderCa', name, {}, opts);
    const header = given === undefined ? this.read(name) : pulumi.output(given);
    this.configMapName = names('k8s.object', 'aggregator', 'client-ca');
    new core.ConfigMap(
      `${name}-client-ca`,
      {
        metadata: { name: this.configMapName, namespace: namespaces.system, labels: labels('queue-metric') },
        data: { [inDispatcher.clientCaFile]: header.clientCa },
      },
      { parent: this },
    );
    this.allowedNames = header.allowedNames;
    this.registerOutputs();
  }

  private read(name: string): pulumi.Output<RequestHeader> {
    const { namespace, name: own } = requestHeaderConfig;
    const config = core.ConfigMap.get(`${name}-authentication`, `${namespace}/${own}`, { parent: this });
    return pulumi.output(config.data).apply((data) => {
      const found = parseRequestHeader(data);
      if (found !== undefined) return found;
      // A provider without a cluster answers a read with nothing; only a preview can meet that.
      if (pulumi.runtime.isDryRun()) return { clientCa: '', allowedNames: [] };
      throw new Error(
        `[requestHeader] the cluster has no ${namespace}/${own} with ${requestHeaderConfig.clientCa}: start its API server with --requestheader-client-ca-file, or give requestHeaderCa`,
      );
    });
  }
}
