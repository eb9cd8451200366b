import { NETWORK, PROJECT, RING, SUBNETWORK, type Entry } from './places';

export const networkEntries: readonly Entry[] = [
  ['gcp:projects/service:Service', { service: 'logging.googleapis.com', disableOnDestroy: false }],
  ['gcp:compute/network:Network', { name: 'factory', autoCreateSubnetworks: false, routingMode: 'REGIONAL' }],
  [
    'gcp:compute/subnetwork:Subnetwork',
    {
      name: 'nodes',
      network: NETWORK,
      region: 'europe-west4',
      ipCidrRange: '10.0.0.0/20',
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: '10.4.0.0/14' },
        { rangeName: 'services', ipCidrRange: '10.8.0.0/20' },
      ],
      logConfig: { aggregationInterval: 'INTERVAL_5_SEC', flowSampling: 0.5, metadata: 'INCLUDE_ALL_METADATA' },
    },
  ],
  ['gcp:compute/router:Router', { name: 'out', network: NETWORK, region: 'europe-west4' }],
  [
    'gcp:compute/routerNat:RouterNat',
    {
      name: 'out',
      router: 'out',
      region: 'europe-west4',
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    },
  ],
  [
    'gcp:compute/firewall:Firewall',
    {
      name: 'health-checks',
      network: NETWORK,
      direction: 'INGRESS',
      sourceRanges: ['35.191.0.0/16', '130.211.0.0/22'],
      allows: [{ protocol: 'tcp', ports: ['8080', '9000-9100'] }],
    },
  ],
  [
    'gcp:compute/globalAddress:GlobalAddress',
    { name: 'services', network: NETWORK, purpose: 'VPC_PEERING', addressType: 'INTERNAL', prefixLength: 16 },
  ],
  ['gcp:compute/address:Address', { name: 'edge', region: 'europe-west4', addressType: 'EXTERNAL' }],
  [
    'gcp:compute/forwardingRule:ForwardingRule',
    {
      name: 'audit',
      region: 'europe-west4',
      network: NETWORK,
      ipAddress: `projects/${PROJECT}/regions/europe-west4/addresses/edge`,
      loadBalancingScheme: '',
      target: 'projects/tenant/regions/europe-west4/serviceAttachments/a-audit',
    },
  ],
  [
    'gcp:compute/securityPolicy:SecurityPolicy',
    {
      name: 'edge',
      type: 'CLOUD_ARMOR',
      rules: [
        {
          action: 'throttle',
          priority: 1000,
          match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
          rateLimitOptions: { conformAction: 'allow', exceedAction: 'deny(429)', enforceOnKey: 'IP' },
        },
        {
          action: 'allow',
          priority: 2147483647,
          match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
        },
      ],
    },
  ],
  [
    'gcp:servicenetworking/connection:Connection',
    { network: NETWORK, service: 'servicenetworking.googleapis.com', reservedPeeringRanges: ['services'] },
  ],
  [
    'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy',
    {
      name: 'valkey',
      location: 'europe-west4',
      serviceClass: 'gcp-memorystore',
      network: NETWORK,
      pscConfig: { subnetworks: [SUBNETWORK], limit: '4' },
    },
  ],
  [
    'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy',
    {
      name: 'redis-cluster',
      location: 'europe-west4',
      serviceClass: 'gcp-memorystore-redis',
      network: NETWORK,
      pscConfig: { subnetworks: [SUBNETWORK] },
    },
  ],
  ['gcp:kms/keyRing:KeyRing', { name: 'factory', location: 'europe-west4' }],
  ['gcp:kms/cryptoKey:CryptoKey', { name: 'cluster', keyRing: RING, rotationPeriod: '7776000s' }],
  ['gcp:serviceaccount/account:Account', { accountId: 'factory-nodes', displayName: 'Nodes of the factory' }],
  ['gcp:pubsub/topic:Topic', { name: 'upgrades', messageRetentionDuration: '86400s' }],
];
