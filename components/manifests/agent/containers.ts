import { env } from '@agent-factory/contract';
import type { AgentPlan } from '../../types';
import { endpoints } from '../endpoints';
import { mebibytes } from '../quantities';
import { burstResources } from '../resources';
import { containerSecurity } from '../security';
import { inPod, volumeFolders } from './settings';
import { splitSize } from './size';

/** What the containers of an agent are made with. */
interface ContainerOptions<Text> {
  plan: AgentPlan;
  image: Text;
  logLevel: string;
  drainSeconds: number;
  /** Whether the ConfigMap holds MCP servers. */
  mcp: boolean;
  /** Accelerators of the tools. */
  gpus: number;
  /** Whether models are mounted. */
  models: boolean;
  /** GiB that the pod may keep on its node; undefined where the node does not count them. */
  localStorage: number | undefined;
}

const health = (port: number) => ({ httpGet: { path: '/healthz', port } });

/** The brain: it has the token, and no program of the tools can see it. */
export function agentContainer<Text>(options: ContainerOptions<Text>) {
  const { plan, image } = options;
  return {
    name: 'agent',
    image,
    imagePullPolicy: 'IfNotPresent',
    env: agentEnvironment(options),
    resources: burstResources(splitSize(plan.resources).agent),
    securityContext: containerSecurity(inPod.agentUser),
    startupProbe: { ...health(inPod.agentHealthPort), periodSeconds: 2, failureThreshold: 60, timeoutSeconds: 5 },
    // One that hangs for a minute is started anew; what it held is taken from it long before.
    livenessProbe: { ...health(inPod.agentHealthPort), periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
    // Ready is registered: a rollout goes on only with agents that can take tasks.
    readinessProbe: {
      httpGet: { path: '/readyz', port: inPod.agentHealthPort },
      periodSeconds: 5,
      failureThreshold: 3,
      timeoutSeconds: 5,
    },
    volumeMounts: [
      { name: 'run', mountPath: inPod.runFolder },
      workspaceMount(plan),
      privateMount(plan),
      { name: 'agent-tmp', mountPath: '/tmp' },
      { name: 'config', mountPath: inPod.configFolder, readOnly: true },
      { name: 'token', mountPath: inPod.tokenFolder, readOnly: true },
    ],
  };
}

function agentEnvironment<Text>({ plan, logLevel, drainSeconds, mcp }: ContainerOptions<Text>) {
  const url = ({ host, port }: { host: string; port: number }): string => `http://${host}:${port}`;
  const values: Record<string, string> = {
    [env.factoryUrl]: url(endpoints.http),
    [env.factoryGrpc]: `${endpoints.grpc.host}:${endpoints.grpc.port}`,
    [env.modelUrl]: url(endpoints.models),
    [env.agentType]: plan.name,
    [env.agentSlots]: String(plan.slots),
    [env.agentRecord]: `${inPod.configFolder}/${inPod.recordFile}`,
    ...(mcp ? { [env.mcpConfig]: `${inPod.configFolder}/${inPod.mcpFile}` } : {}),
    [env.agentTokenFile]: inPod.tokenFile,
    [env.workspaceRoot]: inPod.workspace,
    [env.privateRoot]: inPod.private,
    [env.toolConfinement]: 'socket',
    [env.toolSocket]: inPod.toolSocket,
    [env.toolMemoryBytes]: String(programBytes(plan)),
    [env.healthPort]: String(inPod.agentHealthPort),
    [env.drainGraceMs]: String(drainSeconds * 1_000),
    [env.logLevel]: logLevel,
  };
  return [
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
    // The agent is the pod: the dispatcher checks that its token says the same.
    { name: env.agentId, valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
  ];
}

/** What the tools' programs may hold: most of their container's memory, so that the tools stop them before the kernel stops the tools. */
function programBytes({ resources }: AgentPlan): number {
  const limit = mebibytes(splitSize(resources).tools.memory.limit);
  return Math.max(64, Math.floor(limit * 0.9)) * 1_048_576;
}

/** A stateful type's volume holds both folders; each is mounted where it belongs. */
function workspaceMount({ state }: AgentPlan) {
  const mount = { name: 'workspace', mountPath: inPod.workspace };
  return state === 'stateful' ? { ...mount, subPath: volumeFolders.workspace } : mount;
}

function privateMount({ state }: AgentPlan) {
  return state === 'stateful'
    ? { name: 'workspace', mountPath: inPod.private, subPath: volumeFolders.private }
    : { name: 'private', mountPath: inPod.private };
}

/**
 * The hands: another user, no token. `env -i` starts it with nothing but the words below, not even those that Kubernetes
 * adds; an init process reaps what programs leave behind. As a sidecar it is there before the agent and stays until the agent
 * has handed back its work.
 */
export function toolsContainer<Text>({ plan, image, gpus, models, localStorage }: ContainerOptions<Text>) {
  const resources = burstResources(splitSize(plan.resources).tools);
  const words = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    [env.toolSocket]: inPod.toolSocket,
    [env.workspaceRoot]: inPod.workspace,
    [env.toolScratch]: '/tmp',
    [env.healthPort]: String(inPod.toolsHealthPort),
    [env.toolPidNamespace]: '1',
  };
  return {
    name: 'tools',
    image,
    imagePullPolicy: 'IfNotPresent',
    restartPolicy: 'Always',
    command: ['/usr/bin/env', '-i', ...Object.entries(words).map(([name, value]) => `${name}=${value}`)],
    args: ['tini', '--', 'node', '/app/tools.cjs'],
    resources: {
      requests: { ...resources.requests, ...(localStorage === undefined ? {} : { 'ephemeral-storage': '1Gi' }) },
      limits: {
        ...resources.limits,
        ...(localStorage === undefined ? {} : { 'ephemeral-storage': `${localStorage}Gi` }),
        ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
      },
    },
    securityContext: containerSecurity(inPod.toolsUser),
    // The agent starts once the socket is there.
    startupProbe: { ...health(inPod.toolsHealthPort), periodSeconds: 1, failureThreshold: 120, timeoutSeconds: 5 },
    livenessProbe: { ...health(inPod.toolsHealthPort), periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
    volumeMounts: [
      { name: 'run', mountPath: inPod.runFolder },
      workspaceMount(plan),
      { name: 'tools-tmp', mountPath: '/tmp' },
      ...(models ? [{ name: 'models', mountPath: inPod.models, readOnly: true }] : []),
    ],
  };
}
