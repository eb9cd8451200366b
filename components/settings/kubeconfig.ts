/** What a kubeconfig is made of. */
export interface KubeconfigParts {
  /** Name of cluster, user and context. */
  name: string;
  /** Host of the API server, without a scheme. */
  endpoint: string;
  /** CA of the API server, PEM in base64. Left out for a DNS endpoint, whose certificate is signed by a public CA. */
  caCertificate?: string;
}

/**
 * Kubeconfig of a GKE cluster as JSON (which is YAML): no credential inside; `gke-gcloud-auth-plugin` gets one for whoever uses it.
 */
export function gkeKubeconfig({ name, endpoint, caCertificate }: KubeconfigParts): string {
  const cluster = {
    server: `https://${endpoint}`,
    ...(caCertificate !== undefined && { 'certificate-authority-data': caCertificate }),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'gke-gcloud-auth-plugin',
            installHint: 'Install it with: gcloud components install gke-gcloud-auth-plugin',
            provideClusterInfo: true,
            interactiveMode: 'Never',
          },
        },
      },
    ],
  });
}
