import * as node from '@pulumi/kubernetes/node/v1';
import * as pulumi from '@pulumi/pulumi';
import { labels } from './manifests/labels';

export interface RuntimeClassArgs {
  /** Name by which pods ask for gVisor. */
  className: string;
  /** Handler of the nodes' container runtime, such as `runsc`. */
  handler: string;
}

/** RuntimeClass for gVisor, in clusters that have the handler and not the class. GKE has both. Costs nothing. */
export class RuntimeClass extends pulumi.ComponentResource {
  readonly className: pulumi.Output<string>;

  constructor(name: string, args: RuntimeClassArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:RuntimeClass', name, {}, opts);
    const metadata = { name: args.className, labels: labels('agent', args.className) };
    const runtimeClass = new node.RuntimeClass(`${name}-class`, { metadata, handler: args.handler }, { parent: this });
    this.className = runtimeClass.metadata.name;
    this.registerOutputs({ className: this.className });
  }
}
