/** Roles of the dispatcher: one image, one Deployment each. */
export type Role = 'serve' | 'model-gateway' | 'metrics-adapter' | 'recycler';

/** Paths inside a dispatcher's pod. */
export const inDispatcher = {
  user: 1000,
  configFolder: '/etc/dispatcher/config',
  configFile: 'config.json',
  signingKeyFile: 'signing-key',
  redisFolder: '/etc/dispatcher/redis',
  redisPasswordFile: 'password',
  redisCaFile: 'ca.crt',
  modelKeys: '/etc/dispatcher/model-keys',
  issuerCaFile: 'issuer-ca.crt',
  artifacts: '/var/lib/artifacts',
  tlsFolder: '/etc/metrics-adapter/tls',
  clientCaFolder: '/etc/metrics-adapter/client-ca',
  clientCaFile: 'requestheader-client-ca-file',
} as const;

/**
 * Seconds between the order to stop and SIGTERM: what routes requests learns meanwhile that the pod is leaving, so no new one comes
 * to a closed door.
 */
export const leavingSeconds = 15;

/** Seconds that a role has to stop in all: those above, ten of its own, and a margin. */
export const stoppingSeconds = 45;
