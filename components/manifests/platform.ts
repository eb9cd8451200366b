/** What a cluster can do beside plain Kubernetes. */
export interface Capabilities {
  /** HPAs keep a tolerance of their own (HPAConfigurableTolerance, on by default since 1.35). */
  hpaTolerance: boolean;
  /** HPAs go down to no replica (HPAScaleToZero, on by default since 1.37). */
  scaleToZero: boolean;
  /** Egress can be allowed by host name (FQDNNetworkPolicy). */
  hostPolicies: boolean;
  /** Nodes carry the label of their pool. */
  poolLabels: boolean;
  /** Managed Prometheus collects what PodMonitorings name. */
  managedPrometheus: boolean;
  /** Pods get Google Cloud identities from the metadata server. */
  workloadIdentity: boolean;
  /** The kubelet counts local storage, so pods can ask for it. */
  localStorage: boolean;
}

/** The cluster as far as manifests care. */
export interface Platform {
  kind: 'gke' | 'existing';
  /** RuntimeClass of agents' pods: gVisor. */
  runtimeClass: string;
  can: Capabilities;
}

/** What to know of a cluster. */
interface ClusterFacts {
  kind: 'gke' | 'existing';
  /** Minor version, such as `1.36`. */
  version: string;
  /** Defaults to `gvisor`, the one that GKE makes. */
  runtimeClass?: string;
}

/** The platform that a cluster is. Throws when the version is not a minor version such as 1.36. */
export function platformOf({ kind, version, runtimeClass = 'gvisor' }: ClusterFacts): Platform {
  const minor = Number(/^1\.(\d{2})$/.exec(version)?.[1]);
  if (Number.isNaN(minor)) throw new Error(`[version] "${version}" is not a minor version such as 1.36`);
  const gke = kind === 'gke';
  return {
    kind,
    runtimeClass,
    can: {
      hpaTolerance: minor >= 35,
      scaleToZero: minor >= 37,
      hostPolicies: gke,
      poolLabels: gke,
      managedPrometheus: gke,
      workloadIdentity: gke,
      localStorage: gke,
    },
  };
}
