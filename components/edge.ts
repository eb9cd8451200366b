import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as pulumi from '@pulumi/pulumi';
import { edgeFaults, gateway, route, type EdgeOptions } from './manifests/edge/gateway';
import { backendPolicy, healthCheckPolicy } from './manifests/edge/policies';

export interface EdgeArgs extends EdgeOptions {
  /** Seconds that one event stream may last. Defaults to 3600. */
  streamTimeoutSeconds?: number;
}

/**
 * How the API is reached from outside the cluster: an HTTPS Gateway for one host, internal or external, and its route. On GKE it becomes a load
 * balancer (about 18 US dollars a month before traffic). Throws when the arguments cannot make one, with every fault.
 */
export class Edge extends pulumi.ComponentResource {
  /** Base URL of the API. */
  readonly url: string;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Edge', name, {}, opts);
    const faults = edgeFaults(args);
    if (faults.length > 0) throw new Error(faults.map(({ path, message }) => `[edge.${path}] ${message}`).join('\n'));
    const { platform, names, host, streamTimeoutSeconds = 3_600 } = args;
    const door = new apiextensions.CustomResource(`${name}-gateway`, gateway(args), { parent: this });
    new apiextensions.CustomResource(`${name}-route`, route({ ...args, streamTimeoutSeconds }), {
      parent: this,
      dependsOn: door,
    });
    if (platform.kind === 'gke') {
      new apiextensions.CustomResource(`${name}-health`, healthCheckPolicy(names), { parent: this });
      new apiextensions.CustomResource(`${name}-backend`, backendPolicy(names, streamTimeoutSeconds), { parent: this });
    }
    this.url = `https://${host}`;
    this.registerOutputs({ url: this.url });
  }
}
