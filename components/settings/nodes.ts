/** What every node has, also those of the pool that GKE makes first and takes away again. */
export function hardenedNode<T>(serviceAccount: T) {
  return {
    serviceAccount,
    oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'], // IAM decides, not scopes
    imageType: 'COS_CONTAINERD',
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    metadata: { 'disable-legacy-endpoints': 'true' },
  };
}
