import type { ValueObject } from '../../shared/values';
import { text } from '../checks';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { clusterChecks } from './clusterChecks';
import { clusterEnums } from './clusterEnums';
import { clusterOutputs } from './clusterOutputs';
import { CLUSTER } from './tokens';
import { mutableNodeConfig, nodeConfigEnums } from './nodeConfigFacts';
import { poolChecks } from './poolChecks';
import { NETWORK, SUBNETWORK } from './tokens';

const PROVIDER = 'terraform-provider-google services/container/resource_container_cluster.go (v7)';

/** GKE clusters, by token. */
export const clusterRules: Readonly<Record<string, Rules>> = {
  [CLUSTER]: {
    source: [
      PROVIDER,
      'https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters',
      'https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2#limitations',
    ],
    id: (inputs, scope) => idOf(CLUSTER, text(inputs, 'name') ?? '', inputs, scope),
    immutable: [
      'name',
      'project',
      'location',
      'description',
      'clusterIpv4Cidr',
      'confidentialNodes',
      'datapathProvider',
      'defaultMaxPodsPerNode',
      'enableAutopilot',
      'enableK8sBetaApis',
      'enableKubernetesAlpha',
      'enableTpu',
      'initialNodeCount',
      'ipAllocationPolicy',
      'masterAuth.clientCertificateConfig',
      'network',
      'networkingMode',
      'nodeConfig',
      'nodePools',
      'privateClusterConfig.masterIpv4CidrBlock',
      'privateClusterConfig.privateEndpointSubnetwork',
      'subnetwork',
      'tpuConfig',
      'clusterAutoscaling.autoProvisioningDefaults.bootDiskKmsKey',
      'userManagedKeysConfig.clusterCa',
      'userManagedKeysConfig.etcdApiCa',
      'userManagedKeysConfig.etcdPeerCa',
      'userManagedKeysConfig.aggregationCa',
    ],
    mutable: [
      ...mutableNodeConfig('nodeConfig'),
      ...mutableNodeConfig('nodePools[*].nodeConfig'),
      'ipAllocationPolicy.additionalPodRangesConfig',
      'ipAllocationPolicy.additionalIpRangesConfigs',
      'ipAllocationPolicy.autoIpamConfig',
      'ipAllocationPolicy.networkTierConfig',
      'ipAllocationPolicy.stackType',
      'enableK8sBetaApis.enabledApis',
      'nodePools[*].autoscaling',
      'nodePools[*].management',
      'nodePools[*].nodeCount',
      'nodePools[*].upgradeSettings',
      'nodePools[*].version',
    ],
    // Once on, these stay on (customdiff.ForceNewIfChange … isBeenEnabled).
    replacesWhen: { enableL4IlbSubsetting: turnedOff, enableFqdnNetworkPolicy: turnedOff },
    defaults: {
      deletionProtection: true,
      enableLegacyAbac: false,
      enableShieldedNodes: true,
      network: 'default',
      enableCiliumClusterwideNetworkPolicy: false,
      enableFqdnNetworkPolicy: false,
      enableMultiNetworking: false,
      disableL4LbFirewallReconciliation: false,
      enableKubernetesAlpha: false,
      'ipAllocationPolicy.stackType': 'IPV4',
      'dnsConfig.clusterDns': 'PROVIDER_UNSPECIFIED',
    },
    sets: ['nodeLocations', 'masterAuthorizedNetworksConfig.cidrBlocks', 'maintenancePolicy.maintenanceExclusions'],
    enums: { ...clusterEnums, ...nodeConfigEnums('nodeConfig'), ...nodeConfigEnums('nodePools[*].nodeConfig') },
    checks: [...clusterChecks, ...poolChecks('nodePools[*].')],
    needs: (inputs, scope) => [
      ...needing(['network', NETWORK], ['subnetwork', SUBNETWORK])(inputs, scope),
      ...needing(
        ['databaseEncryption.keyName', 'gcp:kms/cryptoKey:CryptoKey'],
        ['notificationConfig.pubsub.topic', 'gcp:pubsub/topic:Topic'],
      )(inputs, scope),
    ],
    secretOutputs: ['masterAuth.clientKey'],
    computed: clusterOutputs,
    protection: (state) =>
      state['deletionProtection'] === true
        ? 'Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.'
        : undefined,
    refusesUpdate: (before, after) => downgrade(before, after),
  },
};

function turnedOff(before: unknown, after: unknown): boolean {
  return before === true && after !== true;
}

function downgrade(before: ValueObject, after: ValueObject): string | undefined {
  const [old, wanted] = [text(before, 'minMasterVersion'), text(after, 'minMasterVersion')].map((version) =>
    version?.split('.').slice(0, 2).map(Number),
  );
  if (old === undefined || wanted === undefined) return undefined;
  const [major = 0, minor = 0] = old;
  const [newMajor = 0, newMinor = 0] = wanted;
  if (newMajor === major && newMinor < minor)
    return `googleapi: Error 400: Master cannot be downgraded to "${newMajor}.${newMinor}": it runs ${major}.${minor}, badRequest`;
  return newMajor === major && newMinor > minor + 1
    ? `googleapi: Error 400: Master cannot be upgraded from ${major}.${minor} to ${newMajor}.${newMinor}: cannot skip a minor version, badRequest`
    : undefined;
}
