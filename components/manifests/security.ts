/** Group of every process of the factory: the agent and its tools share files by it. */
const factoryGroup = 1000;

/** Security context of a pod under the restricted Pod Security Standard. */
export function podSecurity() {
  return {
    runAsNonRoot: true,
    runAsGroup: factoryGroup,
    fsGroup: factoryGroup,
    // A volume of many files is not walked at each start.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Security context of a container: its user, nothing writable but its volumes, no capability. */
export function containerSecurity(user: number) {
  return {
    runAsUser: user,
    runAsGroup: factoryGroup,
    runAsNonRoot: true,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}
