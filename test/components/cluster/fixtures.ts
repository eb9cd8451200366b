import { agentTypes, modelsConfigSchema, type AgentType } from '@agent-factory/contract';
import { platformOf, type Platform } from '../../../components/manifests/platform';
import { createNames } from '../../../components/names';
import type { AgentPlan, StackEnvironment } from '../../../components/types';

export const names = createNames('factory', 'dev');

export const gke: Platform = platformOf({ kind: 'gke', version: '1.36' });
export const existing: Platform = platformOf({ kind: 'existing', version: '1.34' });

/** The plan of a record, as an environment has it without overrides. */
function planOf(type: AgentType, environment: StackEnvironment = 'prod'): AgentPlan {
  const { scaling, ...record } = type;
  return {
    ...record,
    replicas: scaling.environments[environment],
    queueTarget: scaling.queue_target,
    cpuTargetPercent: scaling.cpu_target_percent,
  };
}

/** The twelve. */
export const plans: AgentPlan[] = agentTypes.map((type) => planOf(type));

export function plan(name: string, changes: Partial<AgentPlan> = {}): AgentPlan {
  const found = plans.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no plan ${name}`);
  return { ...found, ...changes };
}

export const image = `registry.example/factory/dispatcher@sha256:${'a'.repeat(64)}`;

export const models = modelsConfigSchema.parse({
  providers: {
    claude: { kind: 'anthropic', api_key_file: '/etc/dispatcher/model-keys/claude' },
    vertex: { kind: 'google-vertex', project: 'my-project', location: 'europe-west1' },
    local: { kind: 'openai-compatible', base_url: 'http://inference.models.svc:8000/v1' },
  },
  models: {},
});
