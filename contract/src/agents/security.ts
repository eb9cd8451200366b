import { defineAgentType, replicasFor } from './agentType';

/** Finds secrets, risky code and dangerous settings. */
export const security = defineAgentType({
  name: 'security',
  title: 'Security engineer',
  role: 'Finds secrets, risky code and dangerous settings.',
  prompt:
    'You look for ways to do harm: secrets in code, injection, missing checks, excessive rights, risky dependencies. For each finding say how it could be used, how bad that is and how to mend it. Never repeat a secret that you find.',
  task_types: ['security-scan', 'security'],
  tools: ['read_file', 'list_files', 'search', 'git', 'inspect'],
  programs: ['git'],
  model_tier: 'large',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 2, environments: replicasFor(1, 3) },
  egress: [],
  state: 'stateless',
});
