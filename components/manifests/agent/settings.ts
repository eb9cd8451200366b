/** Paths, ports and users inside an agent's pod. Only the two containers know them. */
export const inPod = {
  /** Shared by both containers: the tools' socket, and those through which the agent lets them out. */
  runFolder: '/run/tools',
  toolSocket: '/run/tools/tools.sock',
  /** Shared by both containers. */
  workspace: '/workspace',
  /** Only the agent's: downloaded artifacts. */
  private: '/var/lib/agent',
  /** Only the agent's: the token that proves which pod it is. */
  tokenFolder: '/var/run/secrets/agent-factory',
  tokenFile: '/var/run/secrets/agent-factory/token',
  /** Only the agent's: its record, and MCP servers. */
  configFolder: '/etc/agent',
  recordFile: 'record.json',
  mcpFile: 'mcp.json',
  /** Only the tools': models that every agent shares. */
  models: '/models',
  agentUser: 1000,
  toolsUser: 1001,
  agentHealthPort: 8080,
  toolsHealthPort: 8081,
} as const;

/** Folders of a stateful type's volume: the one both containers see, and the agent's own. */
export const volumeFolders = { workspace: 'workspace', private: 'private' } as const;

/** GiB of the workspace, by default. */
export const defaultWorkspaceGiB = 10;

/** GiB of the agent's own folder: the artifact cache holds two, and what is coming is beside it. */
export const privateGiB = 4;

/** Seconds for which a pod's token is good; the kubelet renews it at four fifths of that. */
export const tokenSeconds = 600;

/**
 * Seconds that an agent gets to finish its task when its pod is to go, by default. The cluster autoscaler waits ten minutes
 * for a pod, so this and what handing back takes stay below.
 */
export const defaultDrainSeconds = 540;

/** Seconds from the end of the drain until an agent has handed back what it holds (the runtime's own patience), and a margin. */
const handBackSeconds = 20;

/** terminationGracePeriodSeconds for a drain. */
export function terminationSeconds(drainSeconds: number): number {
  return drainSeconds + handBackSeconds;
}
