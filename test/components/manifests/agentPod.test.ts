import { agentPodLabels, agentRecordSchema, agentTokenAudience } from '@agent-factory/contract';
import { parseConfig, readType } from '../../../agent-runtime/src/config';
import { mcpConfigSchema } from '../../../agent-runtime/src/tools/mcp/config';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentConfigMap } from '../../../components/manifests/agent/config';
import { agentPod, type AgentPodOptions } from '../../../components/manifests/agent/pod';
import { inPod } from '../../../components/manifests/agent/settings';
import { agentDeployment, agentStatefulSet } from '../../../components/manifests/agent/workload';
import { existing, gke, names, plan, plans } from '../cluster/fixtures';

const options: AgentPodOptions<string> = {
  plan: plan('frontend'),
  platform: gke,
  image: 'registry.example/agent@sha256:1',
  serviceAccount: 'agent-frontend',
  configMap: 'agent-frontend-1',
  priorityClass: 'factory-agents',
  logLevel: 'info',
  drainSeconds: 540,
  workspaceGiB: 10,
  gpus: 0,
  mcp: false,
  models: undefined,
};

function containersOf(changes: Partial<AgentPodOptions<string>> = {}) {
  const { metadata, spec } = agentPod({ ...options, ...changes });
  const [agent] = spec.containers;
  const [tools] = spec.initContainers;
  if (agent === undefined || tools === undefined) throw new Error('a pod has both containers');
  return { metadata, spec, agent, tools };
}

const mountsOf = ({ volumeMounts }: { volumeMounts: { name: string }[] }): string[] =>
  volumeMounts.map(({ name }) => name);

describe('an agent’s pod', () => {
  it('runs under gVisor, shares nothing of its node, and has no token of the Kubernetes API', () => {
    expect(agentPod(options).spec).toMatchObject({
      runtimeClassName: 'gvisor',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      shareProcessNamespace: false,
    });
  });

  it('runs both containers as users without any right, on a read-only root', () => {
    const { agent, tools } = containersOf();
    expect([agent.securityContext.runAsUser, tools.securityContext.runAsUser]).toEqual([1000, 1001]);
    for (const { securityContext } of [agent, tools])
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsGroup: 1000,
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
  });

  it('gives its token, which lives ten minutes, to the agent alone', () => {
    const { agent, tools, spec } = containersOf();
    const token = spec.volumes.find(({ name }) => name === 'token');
    expect(token).toMatchObject({
      projected: { sources: [{ serviceAccountToken: { audience: agentTokenAudience, expirationSeconds: 600 } }] },
    });
    expect(mountsOf(agent)).toContain('token');
    expect(mountsOf(tools)).not.toContain('token');
  });

  it('lets the tools share the socket and the workspace with the agent, and nothing else', () => {
    for (const one of plans) {
      const { agent, tools } = containersOf({ plan: one });
      const seen = (container: { volumeMounts: { name: string; mountPath: string; subPath?: string }[] }): string[] =>
        container.volumeMounts.map(({ name, subPath = '' }) => `${name}/${subPath}`);
      const both = seen(tools).filter((mount) => seen(agent).includes(mount));
      expect(both).toEqual(one.state === 'stateful' ? ['run/', 'workspace/workspace'] : ['run/', 'workspace/']);
    }
  });

  it('starts the tools with an empty environment', () => {
    const { tools } = containersOf();
    expect(tools).not.toHaveProperty('env');
    expect(tools.command.slice(0, 2)).toEqual(['/usr/bin/env', '-i']);
    const variables = tools.command.slice(2).map((word) => word.split('=', 1)[0]);
    expect(variables).toEqual([
      'PATH',
      'LANG',
      'TOOL_SOCKET',
      'WORKSPACE_ROOT',
      'TOOL_SCRATCH',
      'HEALTH_PORT',
      'FACTORY_PID_NAMESPACE',
    ]);
  });

  it('starts the tools before the agent and ends them after it', () => {
    const { tools, spec } = containersOf();
    expect(tools.restartPolicy).toBe('Always');
    expect(tools.startupProbe.httpGet.port).toBe(inPod.toolsHealthPort);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(540 + 14);
  });

  it('keeps within the ten minutes that a cluster autoscaler waits', () => {
    expect(agentPod(options).spec.terminationGracePeriodSeconds).toBeLessThanOrEqual(600);
  });

  it('is told enough to start, by the variables that the agent reads', () => {
    const { agent } = containersOf({ mcp: true });
    const environment = Object.fromEntries(
      agent.env.map((variable) => [
        variable.name,
        'value' in variable ? variable.value : 'd0c5f4a2-0000-4000-8000-0123456789ab',
      ]),
    );
    expect(parseConfig(environment)).toMatchObject({
      agentId: 'd0c5f4a2-0000-4000-8000-0123456789ab',
      type: { name: 'frontend' },
      factoryUrl: 'http://dispatcher.factory-system:7070',
      modelUrl: 'http://model-gateway.factory-system:7070',
      factoryGrpc: 'dispatcher-grpc.factory-system:7071',
      tokenFile: '/var/run/secrets/agent-factory/token',
      workspaceRoot: '/workspace',
      privateRoot: '/var/lib/agent',
      confinement: 'socket',
      toolSocket: '/run/tools/tools.sock',
      drainGraceMs: 540_000,
      healthPort: 8080,
    });
    expect(agent.env.at(-1)).toEqual({ name: 'AGENT_ID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } });
  });

  it('stops programs before the kernel stops the tools', () => {
    for (const one of plans) {
      const { agent, tools } = containersOf({ plan: one });
      const value = agent.env.find(({ name }) => name === 'TOOL_MEMORY_BYTES');
      const text: string = { memory: '', ...tools.resources.limits }.memory;
      const limit = Number.parseInt(text, 10) * (text.endsWith('Gi') ? 1_073_741_824 : 1_048_576);
      const bytes = Number(value !== undefined && 'value' in value ? value.value : Number.NaN);
      expect(bytes / limit).toBeCloseTo(0.9, 2);
    }
  });

  it('carries the labels by which the recycler and the policies know it', () => {
    expect(agentPod(options).metadata.labels).toMatchObject({
      ...agentPodLabels,
      'agent-factory.dev/type': 'frontend',
    });
  });

  it('bounds every folder that it writes to', () => {
    const folders = agentPod(options).spec.volumes.flatMap((volume) => ('emptyDir' in volume ? [volume.emptyDir] : []));
    expect(folders).toHaveLength(5);
    for (const folder of folders) expect(folder?.sizeLimit).toMatch(/^\d+[GM]i$/);
  });

  it('tells gVisor, where no admission controller does, which folders are shared and how large they may grow', () => {
    const hints = (one: ReturnType<typeof plan>) =>
      agentPod({ ...options, plan: one, platform: existing }).metadata.annotations ?? {};
    const key = (name: string, field: string): string => `dev.gvisor.spec.mount.${name}.${field}`;
    for (const name of ['run', 'workspace'])
      expect(hints(plan('frontend'))).toHaveProperty([key(name, 'share')], 'pod');
    for (const name of ['private', 'agent-tmp', 'tools-tmp'])
      expect(hints(plan('frontend'))).toHaveProperty([key(name, 'share')], 'container');
    expect(hints(plan('frontend'))).toHaveProperty([key('workspace', 'options')], `rw,size=${10 * 1_073_741_824}`);
    expect(Object.keys(hints(plan('python'))).filter((name) => name.includes('workspace'))).toEqual([]);
    expect(agentPod(options).metadata).not.toHaveProperty('annotations');
  });

  it('goes to its pool where nodes say theirs, and asks for local storage only where it is counted', () => {
    expect(agentPod(options).spec).toMatchObject({ nodeSelector: { 'agent-factory.dev/pool': 'small' } });
    expect(containersOf().tools.resources.limits).toMatchObject({ 'ephemeral-storage': '16Gi' });
    expect(agentPod({ ...options, platform: existing }).spec).not.toHaveProperty('nodeSelector');
    expect(containersOf({ platform: existing }).tools.resources.limits).not.toHaveProperty('ephemeral-storage');
  });

  it('gets accelerators and models for its tools only', () => {
    const { agent, tools, spec, metadata } = containersOf({ gpus: 1, models: { claim: 'models', bucket: true } });
    expect(tools.resources.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
    expect(agent.resources.limits).not.toHaveProperty('nvidia.com/gpu');
    expect(spec).toMatchObject({ tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }] });
    expect(tools.volumeMounts).toContainEqual({ name: 'models', mountPath: '/models', readOnly: true });
    expect(mountsOf(agent)).not.toContain('models');
    expect(metadata).toMatchObject({ annotations: { 'gke-gcsfuse/volumes': 'true' } });
    expect(containersOf().metadata).not.toHaveProperty('annotations');
  });
});

describe('a workload', () => {
  const workload = { ...options, name: 'agent-frontend' };

  it('leaves the number of replicas to its autoscaler', () => {
    expect(agentDeployment(workload).spec).not.toHaveProperty('replicas');
    expect(agentStatefulSet(workload).spec).not.toHaveProperty('replicas');
  });

  it('has a new pod ready before an old one goes', () => {
    expect(agentDeployment(workload).spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 2 });
    const single = { ...workload, plan: plan('coordinator', { replicas: { min: 1, max: 1 } }) };
    expect(agentDeployment(single).spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  });

  it('keeps the volume of a stateful type as long as its replica, in two folders', () => {
    const { spec } = agentStatefulSet({ ...workload, plan: plan('python'), storageClass: 'fast' });
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Delete' });
    expect(spec.volumeClaimTemplates[0]?.spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '14Gi' } },
    });
    const { agent, tools } = containersOf({ plan: plan('python') });
    const folders = (container: typeof agent | typeof tools) =>
      container.volumeMounts.filter(({ name }) => name === 'workspace').map(({ mountPath }) => mountPath);
    expect([folders(agent), folders(tools)]).toEqual([['/workspace', '/var/lib/agent'], ['/workspace']]);
  });
});

describe('the ConfigMap of a type', () => {
  const servers = { files: { command: 'mcp-files', args: [] } };

  it('holds what the agent reads: its record and its MCP servers', async () => {
    const changed = plan('frontend', { egress: ['registry.example.com'], prompt: 'Be brief.' });
    const { data } = agentConfigMap(changed, servers, names);
    expect(agentRecordSchema.parse(JSON.parse(data['record.json']))).toMatchObject({ prompt: 'Be brief.' });
    expect(mcpConfigSchema.parse(JSON.parse(data['mcp.json'] ?? '')).servers).toHaveProperty('files');
    const folder = await mkdtemp(join(tmpdir(), 'record-'));
    try {
      const recordFile = join(folder, 'record.json');
      await writeFile(recordFile, data['record.json']);
      const type = await readType({ type: { ...plan('frontend'), name: 'frontend', scaling: never }, recordFile });
      expect(type).toMatchObject({ prompt: 'Be brief.', egress: ['registry.example.com'], name: 'frontend' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has another name with another content, and the same with the same', () => {
    const name = (one: ReturnType<typeof plan>, mcp?: typeof servers) => agentConfigMap(one, mcp, names).metadata.name;
    expect(name(plan('frontend'))).toBe(name(plan('frontend')));
    expect(name(plan('frontend', { egress: ['a.example'] }))).not.toBe(name(plan('frontend')));
    expect(name(plan('frontend'), servers)).not.toBe(name(plan('frontend')));
    expect(agentConfigMap(plan('frontend'), undefined, names)).toMatchObject({ immutable: true });
  });

  it('changes with nothing that the agent does not read', () => {
    const other = plan('frontend', { replicas: { min: 3, max: 9 }, queueTarget: 9 });
    expect(agentConfigMap(other, undefined, names)).toEqual(agentConfigMap(plan('frontend'), undefined, names));
  });
});

/** Scaling is no part of what is read here. */
const never = {
  queue_target: 1,
  cpu_target_percent: 70,
  environments: {
    local: { min: 1, max: 1 },
    dev: { min: 1, max: 1 },
    staging: { min: 1, max: 1 },
    prod: { min: 1, max: 1 },
  },
};
