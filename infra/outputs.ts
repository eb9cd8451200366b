import type * as pulumi from '@pulumi/pulumi';
import type { CapacitySummary } from './capacity/report';

/**
 * What other stacks may rely on: `new StackReference('organization/agent-factory/<stack>')`, then `requireOutput('<name>')`.
 * A name here is an interface; taking one away breaks those who read it. What belongs to running pods is not there while
 * `images.source` is none.
 */
export interface StackOutputs {
  /** dev, staging or prod. */
  environment: string;
  /** Name of the cluster. */
  clusterName: pulumi.Output<string>;
  /** Kubeconfig of the cluster. Secret. */
  kubeconfig: pulumi.Output<string>;
  /** Base URL of the HTTP API: the edge's, or inside the cluster where nothing is exposed. */
  apiUrl: pulumi.Output<string> | undefined;
  /** `host:port` of the gRPC service, inside the cluster. */
  grpcAddress: string | undefined;
  /** Tokens by who they are for: `operator` may do all that a person may. Secret. */
  tokens: pulumi.Output<Record<string, string>> | undefined;
  /** Namespaces of the factory's own pods and of the agents. */
  namespaces: { system: pulumi.Output<string>; agents: pulumi.Output<string> } | undefined;
  /** Agent types that run here. */
  agentTypes: string[];
  /** Images that run here, by digest. */
  images: { dispatcher: pulumi.Output<string>; agents: Readonly<Record<string, pulumi.Output<string>>> } | undefined;
  /** Where images are pushed to; undefined where the stack makes no registry. */
  registry: pulumi.Output<string> | undefined;
  /** Nodes, requests and monthly cost at rest and at most, by agent type. */
  capacity: CapacitySummary;
}
