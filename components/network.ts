import * as compute from '@pulumi/gcp/compute';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { flowLogs, natPorts, ranges } from './settings/network';

export interface NetworkArgs {
  names: Names;
  /** Region of the subnetworks. */
  region: string;
  /** Address ranges. None may overlap another. */
  cidrs: {
    /** Nodes: one address each. */
    nodes: string;
    /** Pods: a node takes twice its largest number of pods, rounded up to a power of two. */
    pods: string;
    /** Kubernetes Services. */
    services: string;
    /** Endpoints of Private Service Connect: database, Valkey. */
    psc: string;
    /** Proxies of internal load balancers. Defaults to none: there is no internal Gateway then. */
    proxies?: string;
  };
  /** Share of the flows that are logged, 0 to 1. Defaults to 0.5. */
  flowLogSampling?: number;
  /** Reserved addresses that traffic to the outside comes from. Defaults to 0: addresses come and go with the traffic. */
  natAddresses?: number;
}

/**
 * A VPC of its own: one subnetwork for nodes with ranges for pods and Services, one for Private Service Connect, a NAT gateway as the
 * only way out, and no way in. NAT costs about $0.0014 an hour a node plus $0.045 a GiB.
 */
export class Network extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly networkName: pulumi.Output<string>;
  /** Subnetwork of the nodes. */
  readonly subnetId: pulumi.Output<string>;
  /** Subnetwork of Private Service Connect. */
  readonly pscSubnetId: pulumi.Output<string>;
  /** Name of the secondary range of pods. */
  readonly podRange = ranges.pods;
  /** Name of the secondary range of Services. */
  readonly serviceRange = ranges.services;
  /** Reserved addresses of the NAT gateway; empty when none were asked for. */
  readonly natIps: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Network', name, {}, opts);

    const network = this.createNetwork(name, args);
    const nodes = this.createNodeSubnet(name, args, network);
    const psc = this.createPscSubnet(name, args, network);
    if (args.cidrs.proxies !== undefined) this.createProxySubnet(name, args, network, args.cidrs.proxies);
    const addresses = this.createNatAddresses(name, args);
    const nat = this.createNat(name, args, network, addresses);
    this.createFirewall(name, args, network);

    this.networkId = network.id;
    this.networkName = network.name;
    // Nodes without a way out cannot pull images, so who uses the subnetwork waits for the gateway too.
    this.subnetId = pulumi.all([nodes.id, nat.id]).apply(([id]) => id);
    this.pscSubnetId = psc.id;
    this.natIps = pulumi.all(addresses.map((address) => address.address));
    this.registerOutputs({ networkId: this.networkId, subnetId: this.subnetId, natIps: this.natIps });
  }

  private createNetwork(name: string, { names }: NetworkArgs): compute.Network {
    return new compute.Network(
      `${name}-vpc`,
      { name: names('gcp.network'), autoCreateSubnetworks: false, routingMode: 'REGIONAL' },
      { parent: this },
    );
  }

  private createNodeSubnet(name: string, args: NetworkArgs, network: compute.Network): compute.Subnetwork {
    return new compute.Subnetwork(
      `${name}-nodes`,
      {
        name: args.names('gcp.subnetwork', 'nodes'),
        network: network.id,
        region: args.region,
        ipCidrRange: args.cidrs.nodes,
        secondaryIpRanges: [
          { rangeName: ranges.pods, ipCidrRange: args.cidrs.pods },
          { rangeName: ranges.services, ipCidrRange: args.cidrs.services },
        ],
        privateIpGoogleAccess: true,
        logConfig: flowLogs(args.flowLogSampling ?? 0.5),
      },
      { parent: this },
    );
  }

  private createPscSubnet(name: string, args: NetworkArgs, network: compute.Network): compute.Subnetwork {
    return new compute.Subnetwork(
      `${name}-psc`,
      {
        name: args.names('gcp.subnetwork', 'psc'),
        network: network.id,
        region: args.region,
        ipCidrRange: args.cidrs.psc,
        privateIpGoogleAccess: true,
        logConfig: flowLogs(args.flowLogSampling ?? 0.5),
      },
      { parent: this },
    );
  }

  /** Envoy proxies of the region's load balancers live here (cloud.google.com/load-balancing/docs/proxy-only-subnets); it has no flow logs. */
  private createProxySubnet(name: string, args: NetworkArgs, network: compute.Network, cidr: string): void {
    new compute.Subnetwork(
      `${name}-proxies`,
      {
        name: args.names('gcp.subnetwork', 'proxies'),
        network: network.id,
        region: args.region,
        ipCidrRange: cidr,
        purpose: 'REGIONAL_MANAGED_PROXY',
        role: 'ACTIVE',
      },
      { parent: this },
    );
  }

  private createNatAddresses(name: string, args: NetworkArgs): compute.Address[] {
    return Array.from(
      { length: args.natAddresses ?? 0 },
      (_, index) =>
        new compute.Address(
          `${name}-nat-${index}`,
          { name: args.names('gcp.address', 'nat', String(index)), region: args.region, addressType: 'EXTERNAL' },
          { parent: this },
        ),
    );
  }

  private createNat(name: string, args: NetworkArgs, network: compute.Network, addresses: compute.Address[]) {
    const router = new compute.Router(
      `${name}-router`,
      { name: args.names('gcp.router'), network: network.id, region: args.region },
      { parent: this },
    );
    return new compute.RouterNat(
      `${name}-nat`,
      {
        name: args.names('gcp.nat'),
        router: router.name,
        region: args.region,
        ...(addresses.length === 0
          ? { natIpAllocateOption: 'AUTO_ONLY' }
          : { natIpAllocateOption: 'MANUAL_ONLY', natIps: addresses.map((address) => address.selfLink) }),
        sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
        ...natPorts,
        // Dynamic ports and endpoint-independent mapping exclude each other.
        enableEndpointIndependentMapping: false,
        logConfig: { enable: true, filter: 'ERRORS_ONLY' },
      },
      { parent: this },
    );
  }

  /** Below GKE's own rules (1000 and lower numbers): what they do not let in is refused, as it would be anyway, and logged. */
  private createFirewall(name: string, args: NetworkArgs, network: compute.Network): void {
    new compute.Firewall(
      `${name}-deny-ingress`,
      {
        name: args.names('gcp.firewall', 'deny-ingress'),
        network: network.id,
        direction: 'INGRESS',
        priority: 65_000,
        sourceRanges: ['0.0.0.0/0'],
        denies: [{ protocol: 'all' }],
        logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
      },
      { parent: this },
    );
  }
}
