/**
 * How people and Pulumi reach the API server. `dns`: a name that Google serves to whoever has the IAM right, from anywhere, and no
 * address at all; `private`: an address inside the VPC for the networks named.
 */
export interface ControlPlane {
  endpoint: 'dns' | 'private';
  /** Range of the control plane, a /28. Defaults to an address of the nodes' subnetwork. */
  cidr?: string;
  /** Networks that may reach a private endpoint. Defaults to none beside the nodes and pods. */
  authorizedNetworks?: readonly { cidr: string; name: string }[];
}

/** Endpoint settings (CIS 5.6.3 to 5.6.5). Throws when the whole internet is let in, or networks are named that nothing checks. */
export function controlPlaneAccess({ endpoint, cidr, authorizedNetworks = [] }: ControlPlane) {
  const open = authorizedNetworks.find((network) => network.cidr.endsWith('/0'));
  if (open !== undefined)
    throw new Error(`[controlPlane.authorizedNetworks] holds ${open.cidr}: name the networks that need the API server`);
  if (endpoint === 'dns' && authorizedNetworks.length > 0)
    throw new Error(
      '[controlPlane.authorizedNetworks] has no effect on a DNS endpoint: take it out, or use endpoint private',
    );
  return {
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: {
        allowExternalTraffic: endpoint === 'dns',
        enableK8sTokensViaDns: false,
        enableK8sCertsViaDns: false,
      },
      ipEndpointsConfig: { enabled: endpoint === 'private' },
    },
    privateClusterConfig: {
      enablePrivateNodes: true,
      // With no address at all the API answers true; saying so avoids a difference for ever.
      enablePrivateEndpoint: true,
      ...(cidr !== undefined && { masterIpv4CidrBlock: cidr }),
    },
    // Without an address there is nothing for it to guard, and the API keeps none.
    ...(endpoint === 'private' && {
      masterAuthorizedNetworksConfig: {
        privateEndpointEnforcementEnabled: true,
        gcpPublicCidrsAccessEnabled: false,
        cidrBlocks: authorizedNetworks.map((network) => ({ cidrBlock: network.cidr, displayName: network.name })),
      },
    }),
  };
}

/** Settings every cluster has, whatever the environment: the hardening list, row by row (CIS GKE 1.9 and Google's golden path). */
export const hardening = {
  enableShieldedNodes: true,
  enableIntranodeVisibility: true,
  enableLegacyAbac: false,
  enableKubernetesAlpha: false,
  networkingMode: 'VPC_NATIVE',
  datapathProvider: 'ADVANCED_DATAPATH',
  enableFqdnNetworkPolicy: true,
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  anonymousAuthenticationConfig: { mode: 'LIMITED' },
  serviceExternalIpsConfig: { enabled: false },
  nodePoolDefaults: {
    nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: 'FALSE', gcfsConfig: { enabled: true } },
  },
  loggingConfig: {
    enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER', 'CONTROLLER_MANAGER', 'SCHEDULER'],
  },
  monitoringConfig: {
    enableComponents: [
      'SYSTEM_COMPONENTS',
      'APISERVER',
      'CONTROLLER_MANAGER',
      'SCHEDULER',
      'STORAGE',
      'HPA',
      'POD',
      'DEPLOYMENT',
      'STATEFULSET',
      'CADVISOR',
    ],
    managedPrometheus: { enabled: true, autoMonitoringConfig: { scope: 'NONE' } },
    advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
  },
  gatewayApiConfig: { channel: 'CHANNEL_STANDARD' },
  dnsConfig: { clusterDns: 'CLOUD_DNS', clusterDnsScope: 'CLUSTER_SCOPE' },
  secretManagerConfig: { enabled: true, rotationConfig: { enabled: true, rotationInterval: '120s' } },
  costManagementConfig: { enabled: true },
  verticalPodAutoscaling: { enabled: true },
  podAutoscaling: { hpaProfile: 'PERFORMANCE' },
  clusterAutoscaling: { enabled: false, autoscalingProfile: 'OPTIMIZE_UTILIZATION' },
};

/** Drivers of volumes that a cluster does not have by itself. */
export type VolumeDriver = 'gcsfuse' | 'filestore';

/** Add-ons: disks for stateful agents, the drivers that volumes need, and the agent of backups when there is a plan for them. */
export function addons(drivers: readonly VolumeDriver[], backup: boolean) {
  return {
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    gcsFuseCsiDriverConfig: { enabled: drivers.includes('gcsfuse') },
    gcpFilestoreCsiDriverConfig: { enabled: drivers.includes('filestore') },
    gkeBackupAgentConfig: { enabled: backup },
    horizontalPodAutoscaling: { disabled: false },
    httpLoadBalancing: { disabled: false },
  };
}

/** Where a cluster lives: in its one zone, or in the whole region with nodes in the zones named. */
export function clusterLocation(
  region: string,
  zones: readonly string[],
): { location: string; nodeLocations?: string[] } {
  const [zone] = zones;
  if (zone === undefined)
    throw new Error('[zones] is empty: name one zone for a zonal cluster, or three for a regional one');
  return zones.length === 1 ? { location: zone } : { location: region, nodeLocations: [...zones] };
}
