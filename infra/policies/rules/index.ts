import type { Rule } from '../judge/rule';
import { rule as artifactregistryRepositoryImmutableTags } from './artifactregistry-repository-immutable-tags';
import { rule as artifactregistryRepositoryScanning } from './artifactregistry-repository-scanning';
import { rule as binaryauthorizationPolicyAttestation } from './binaryauthorization-policy-attestation';
import { rule as computeFirewallNoOpenIngress } from './compute-firewall-no-open-ingress';
import { rule as computeForwardingRuleInternal } from './compute-forwarding-rule-internal';
import { rule as computeNetworkNat } from './compute-network-nat';
import { rule as computeNetworkNoAutoSubnetworks } from './compute-network-no-auto-subnetworks';
import { rule as computeSubnetworkFlowLogs } from './compute-subnetwork-flow-logs';
import { rule as gcpSecretWriteOnly } from './gcp-secret-write-only';
import { rule as gcpStateDeletionProtection } from './gcp-state-deletion-protection';
import { rule as gkeClusterAuthorizedNetworks } from './gke-cluster-authorized-networks';
import { rule as gkeClusterBinaryAuthorization } from './gke-cluster-binary-authorization';
import { rule as gkeClusterChangeControl } from './gke-cluster-change-control';
import { rule as gkeClusterDataplaneV2 } from './gke-cluster-dataplane-v2';
import { rule as gkeClusterGoogleGroups } from './gke-cluster-google-groups';
import { rule as gkeClusterIntranodeVisibility } from './gke-cluster-intranode-visibility';
import { rule as gkeClusterKubeletReadonlyPort } from './gke-cluster-kubelet-readonly-port';
import { rule as gkeClusterLoggingMonitoring } from './gke-cluster-logging-monitoring';
import { rule as gkeClusterNoAlpha } from './gke-cluster-no-alpha';
import { rule as gkeClusterNoAnonymousAccess } from './gke-cluster-no-anonymous-access';
import { rule as gkeClusterNoClientCertificate } from './gke-cluster-no-client-certificate';
import { rule as gkeClusterNoLegacyAbac } from './gke-cluster-no-legacy-abac';
import { rule as gkeClusterNoServiceExternalIps } from './gke-cluster-no-service-external-ips';
import { rule as gkeClusterNodeEncryption } from './gke-cluster-node-encryption';
import { rule as gkeClusterPrivateEndpoint } from './gke-cluster-private-endpoint';
import { rule as gkeClusterPrivateNodes } from './gke-cluster-private-nodes';
import { rule as gkeClusterReleaseChannel } from './gke-cluster-release-channel';
import { rule as gkeClusterSecretsEncryption } from './gke-cluster-secrets-encryption';
import { rule as gkeClusterSecurityPosture } from './gke-cluster-security-posture';
import { rule as gkeClusterShieldedNodes } from './gke-cluster-shielded-nodes';
import { rule as gkeClusterVpcNative } from './gke-cluster-vpc-native';
import { rule as gkeClusterWorkloadIdentity } from './gke-cluster-workload-identity';
import { rule as gkeNodepoolKubelet } from './gke-nodepool-kubelet';
import { rule as gkeNodepoolPrivateNodes } from './gke-nodepool-private-nodes';
import { rule as gkeNodepoolRepairUpgrade } from './gke-nodepool-repair-upgrade';
import { rule as gkeNodepoolSandbox } from './gke-nodepool-sandbox';
import { rule as gkeNodesBootDiskKey } from './gke-nodes-boot-disk-key';
import { rule as gkeNodesImageType } from './gke-nodes-image-type';
import { rule as gkeNodesLegacyEndpoints } from './gke-nodes-legacy-endpoints';
import { rule as gkeNodesMetadataServer } from './gke-nodes-metadata-server';
import { rule as gkeNodesSecureBoot } from './gke-nodes-secure-boot';
import { rule as gkeNodesServiceAccount } from './gke-nodes-service-account';
import { rule as gkebackupPlanForCluster } from './gkebackup-plan-for-cluster';
import { rule as iamGrantNoBasicRoles } from './iam-grant-no-basic-roles';
import { rule as iamGrantNotAuthoritative } from './iam-grant-not-authoritative';
import { rule as iamGrantNotPublic } from './iam-grant-not-public';
import { rule as iamGrantOneWorkload } from './iam-grant-one-workload';
import { rule as iamServiceaccountNoKeys } from './iam-serviceaccount-no-keys';
import { rule as kubernetesAgentBudgetAndAutoscaler } from './kubernetes-agent-budget-and-autoscaler';
import { rule as kubernetesAgentGvisor } from './kubernetes-agent-gvisor';
import { rule as kubernetesAgentNoMesh } from './kubernetes-agent-no-mesh';
import { rule as kubernetesAutoscalerBounds } from './kubernetes-autoscaler-bounds';
import { rule as kubernetesConfigmapNoSecrets } from './kubernetes-configmap-no-secrets';
import { rule as kubernetesContainerImageDigest } from './kubernetes-container-image-digest';
import { rule as kubernetesContainerMemoryReserved } from './kubernetes-container-memory-reserved';
import { rule as kubernetesContainerNoLatest } from './kubernetes-container-no-latest';
import { rule as kubernetesContainerNoSecretValues } from './kubernetes-container-no-secret-values';
import { rule as kubernetesContainerPrivileged } from './kubernetes-container-privileged';
import { rule as kubernetesContainerRequestsLimits } from './kubernetes-container-requests-limits';
import { rule as kubernetesContainerRestricted } from './kubernetes-container-restricted';
import { rule as kubernetesExternalMetricsOneOwner } from './kubernetes-external-metrics-one-owner';
import { rule as kubernetesGatewayManagedCertificate } from './kubernetes-gateway-managed-certificate';
import { rule as kubernetesNamespaceBounds } from './kubernetes-namespace-bounds';
import { rule as kubernetesNamespaceDefaultDeny } from './kubernetes-namespace-default-deny';
import { rule as kubernetesNamespacePodSecurity } from './kubernetes-namespace-pod-security';
import { rule as kubernetesNetworkpolicyNarrow } from './kubernetes-networkpolicy-narrow';
import { rule as kubernetesPodNoHostNamespaces } from './kubernetes-pod-no-host-namespaces';
import { rule as kubernetesPodNoHostPath } from './kubernetes-pod-no-host-path';
import { rule as kubernetesPodServiceAccountToken } from './kubernetes-pod-service-account-token';
import { rule as kubernetesPodTokenHasRights } from './kubernetes-pod-token-has-rights';
import { rule as kubernetesRbacLeastPrivilege } from './kubernetes-rbac-least-privilege';
import { rule as kubernetesSecretNotRepeated } from './kubernetes-secret-not-repeated';
import { rule as kubernetesServiceNotPublic } from './kubernetes-service-not-public';
import { rule as kubernetesServiceaccountNoAutomount } from './kubernetes-serviceaccount-no-automount';
import { rule as kubernetesStorageclassDiskKey } from './kubernetes-storageclass-disk-key';
import { rule as memorystoreInstanceIamAndTls } from './memorystore-instance-iam-and-tls';
import { rule as projectsAuditLogs } from './projects-audit-logs';
import { rule as redisInstancePasswordAndTls } from './redis-instance-password-and-tls';
import { rule as sqlInstanceEncryptedConnections } from './sql-instance-encrypted-connections';
import { rule as sqlInstancePrivate } from './sql-instance-private';
import { rule as sqlInstanceRecovery } from './sql-instance-recovery';
import { rule as storageBucketNotPublic } from './storage-bucket-not-public';
import { rule as storageBucketUniformAccess } from './storage-bucket-uniform-access';

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  artifactregistryRepositoryImmutableTags,
  artifactregistryRepositoryScanning,
  binaryauthorizationPolicyAttestation,
  computeFirewallNoOpenIngress,
  computeForwardingRuleInternal,
  computeNetworkNat,
  computeNetworkNoAutoSubnetworks,
  computeSubnetworkFlowLogs,
  gcpSecretWriteOnly,
  gcpStateDeletionProtection,
  gkeClusterAuthorizedNetworks,
  gkeClusterBinaryAuthorization,
  gkeClusterChangeControl,
  gkeClusterDataplaneV2,
  gkeClusterGoogleGroups,
  gkeClusterIntranodeVisibility,
  gkeClusterKubeletReadonlyPort,
  gkeClusterLoggingMonitoring,
  gkeClusterNoAlpha,
  gkeClusterNoAnonymousAccess,
  gkeClusterNoClientCertificate,
  gkeClusterNoLegacyAbac,
  gkeClusterNoServiceExternalIps,
  gkeClusterNodeEncryption,
  gkeClusterPrivateEndpoint,
  gkeClusterPrivateNodes,
  gkeClusterReleaseChannel,
  gkeClusterSecretsEncryption,
  gkeClusterSecurityPosture,
  gkeClusterShieldedNodes,
  gkeClusterVpcNative,
  gkeClusterWorkloadIdentity,
  gkeNodepoolKubelet,
  gkeNodepoolPrivateNodes,
  gkeNodepoolRepairUpgrade,
  gkeNodepoolSandbox,
  gkeNodesBootDiskKey,
  gkeNodesImageType,
  gkeNodesLegacyEndpoints,
  gkeNodesMetadataServer,
  gkeNodesSecureBoot,
  gkeNodesServiceAccount,
  gkebackupPlanForCluster,
  iamGrantNoBasicRoles,
  iamGrantNotAuthoritative,
  iamGrantNotPublic,
  iamGrantOneWorkload,
  iamServiceaccountNoKeys,
  kubernetesAgentBudgetAndAutoscaler,
  kubernetesAgentGvisor,
  kubernetesAgentNoMesh,
  kubernetesAutoscalerBounds,
  kubernetesConfigmapNoSecrets,
  kubernetesContainerImageDigest,
  kubernetesContainerMemoryReserved,
  kubernetesContainerNoLatest,
  kubernetesContainerNoSecretValues,
  kubernetesContainerPrivileged,
  kubernetesContainerRequestsLimits,
  kubernetesContainerRestricted,
  kubernetesExternalMetricsOneOwner,
  kubernetesGatewayManagedCertificate,
  kubernetesNamespaceBounds,
  kubernetesNamespaceDefaultDeny,
  kubernetesNamespacePodSecurity,
  kubernetesNetworkpolicyNarrow,
  kubernetesPodNoHostNamespaces,
  kubernetesPodNoHostPath,
  kubernetesPodServiceAccountToken,
  kubernetesPodTokenHasRights,
  kubernetesRbacLeastPrivilege,
  kubernetesSecretNotRepeated,
  kubernetesServiceNotPublic,
  kubernetesServiceaccountNoAutomount,
  kubernetesStorageclassDiskKey,
  memorystoreInstanceIamAndTls,
  projectsAuditLogs,
  redisInstancePasswordAndTls,
  sqlInstanceEncryptedConnections,
  sqlInstancePrivate,
  sqlInstanceRecovery,
  storageBucketNotPublic,
  storageBucketUniformAccess,
];
