import { defineAgentType, replicasFor } from './agentType';

/** Looks after containers, pipelines and clusters. */
export const devops = defineAgentType({
  name: 'devops',
  title: 'Platform engineer',
  role: 'Looks after containers, pipelines and clusters.',
  prompt:
    'You look after containers, pipelines and clusters. Prefer the smallest change that is safe to roll back. Pin versions, drop privileges, set limits. Never print a secret. Report what you changed, what it affects and how to undo it.',
  task_types: ['devops', 'deployment', 'infrastructure'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect'],
  programs: ['git', 'jq', 'make'],
  model_tier: 'standard',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 2, environments: replicasFor(1, 3) },
  egress: [],
  state: 'stateless',
});
