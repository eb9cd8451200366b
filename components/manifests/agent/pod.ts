import { agentTokenAudience } from '@agent-factory/contract';
import type { AgentPlan } from '../../types';
import { agentLabels, agentSelector, poolLabel } from '../labels';
import type { Platform } from '../platform';
import { podSecurity } from '../security';
import { agentContainer, toolsContainer } from './containers';
import { sandboxAnnotations } from './sandbox';
import { privateGiB, terminationSeconds, tokenSeconds } from './settings';

/** What an agent's pod is made with. */
export interface AgentPodOptions<Text> {
  plan: AgentPlan;
  platform: Platform;
  image: Text;
  serviceAccount: string;
  configMap: string;
  priorityClass: string;
  logLevel: string;
  /** Seconds that the agent gets to finish its task when its pod is to go. */
  drainSeconds: number;
  /** GiB of the workspace. */
  workspaceGiB: number;
  /** Accelerators of the tools container. */
  gpus: number;
  /** Whether the ConfigMap holds MCP servers. */
  mcp: boolean;
  /** A volume with models, mounted read-only for the tools. */
  models: ModelVolume<Text> | undefined;
}

/** A volume with models that every agent reads. */
export interface ModelVolume<Text> {
  /** Name of its claim in the agents' namespace. */
  claim: Text;
  /** Whether it is a bucket, which a program beside the containers reads through the pod's network. */
  bucket: boolean;
}

/** GiB of what the pod keeps on its node beside the workspace: `/tmp` of the tools, and logs. */
const scratchGiB = 2;

/** Pod template of an agent type: gVisor, two containers that share a socket and the workspace, nothing else of the cluster. */
export function agentPod<Text>(options: AgentPodOptions<Text>) {
  const { plan, platform, image, gpus, models, workspaceGiB } = options;
  const onNode = scratchGiB + (plan.state === 'stateful' ? 0 : workspaceGiB + privateGiB);
  const containers = {
    plan,
    image,
    gpus,
    logLevel: options.logLevel,
    drainSeconds: options.drainSeconds,
    mcp: options.mcp,
    models: models !== undefined,
    localStorage: platform.can.localStorage ? onNode : undefined,
  };
  const volumes = podVolumes(options);
  const annotations = {
    ...sandboxAnnotations(platform, volumes),
    ...(models?.bucket === true ? { 'gke-gcsfuse/volumes': 'true' } : {}),
  };
  return {
    metadata: { labels: agentLabels(plan.name), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: {
      runtimeClassName: platform.runtimeClass,
      serviceAccountName: options.serviceAccount,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      shareProcessNamespace: false,
      securityContext: podSecurity(),
      priorityClassName: options.priorityClass,
      terminationGracePeriodSeconds: terminationSeconds(options.drainSeconds),
      ...(platform.can.poolLabels ? { nodeSelector: { [poolLabel]: plan.pool } } : {}),
      ...(gpus > 0 ? { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] } : {}),
      // Over zones only: within one, full nodes are cheaper than even ones.
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: agentSelector(plan.name) },
        },
      ],
      initContainers: [toolsContainer(containers)],
      containers: [agentContainer(containers)],
      volumes,
    },
  };
}

function podVolumes<Text>({ plan, configMap, models, workspaceGiB }: AgentPodOptions<Text>) {
  return [
    { name: 'run', emptyDir: { sizeLimit: '1Mi' } },
    ...(plan.state === 'stateful'
      ? []
      : [
          { name: 'workspace', emptyDir: { sizeLimit: `${workspaceGiB}Gi` } },
          { name: 'private', emptyDir: { sizeLimit: `${privateGiB}Gi` } },
        ]),
    { name: 'agent-tmp', emptyDir: { sizeLimit: '64Mi' } },
    { name: 'tools-tmp', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'config', configMap: { name: configMap, defaultMode: 0o440 } },
    { name: 'token', projected: { defaultMode: 0o440, sources: [tokenSource] } },
    ...(models === undefined
      ? []
      : [{ name: 'models', persistentVolumeClaim: { claimName: models.claim, readOnly: true } }]),
  ];
}

const tokenSource = {
  serviceAccountToken: { path: 'token', audience: agentTokenAudience, expirationSeconds: tokenSeconds },
};
