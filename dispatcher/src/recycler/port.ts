/** The pod that an agent runs in, as its service-account token proves it. */
export interface AgentPod {
  /** One namespace is one cluster: what two clusters that share a factory must not share. */
  namespace: string;
  name: string;
  uid: string;
  /** The type that its service account stands for. */
  agentType: string;
}

/** A sandbox that may serve nobody any more. */
interface SandboxRelease {
  namespace: string;
  /** Name and uid of its pod. */
  pod: string;
  uid: string;
  /** Why, for people; 200 characters are kept. */
  reason: string;
}

/** From which pods agents register, and which of these may not any more. Throws STORE_UNAVAILABLE when the store does not answer. */
export interface Sandboxes {
  /**
   * Notes that an agent registers from a pod. Throws FORBIDDEN when the uid is that of another pod or type, or when the pod was released or is
   * gone. Forgotten two days after the last call.
   */
  bind(pod: AgentPod): Promise<void>;
  /** The pod of this uid; undefined when no agent registered from one. */
  find(uid: string): Promise<AgentPod | undefined>;
  /**
   * Orders the pod's deletion; from now on no agent registers from it. Safe to repeat: `duplicate` says that the order still waited.
   * Throws RECYCLER_BEHIND past 10,000 waiting orders.
   */
  releaseSandbox(release: SandboxRelease): Promise<{ duplicate: boolean }>;
}

/** An order of the recycler. */
export interface ReleaseOrder {
  pod: string;
  uid: string;
  reason: string;
  /** How often it was taken, this time included. */
  tries: number;
}

/** The recycler's side of the released sandboxes of one namespace. Throws STORE_UNAVAILABLE when the store does not answer. */
export interface ReleaseOrders {
  /** The order due first; undefined when none is. Unless settled it is due again after `holdMs`, also for another process. */
  take(holdMs: number): Promise<ReleaseOrder | undefined>;
  /** The order is done. */
  done(uid: string): Promise<void>;
  /** The order is due again in so many milliseconds. */
  later(uid: string, milliseconds: number): Promise<void>;
  /** Orders that are not done. */
  count(): Promise<number>;
  /** Uids from which agents registered and whose pods are not known to be gone, with the time in the store's own milliseconds. */
  bound(): Promise<{ at: number; uids: string[] }>;
  /** The cluster, asked after `at`, has no such pod. Answers false when an agent registered from it since. */
  gone(uid: string, at: number): Promise<boolean>;
}
