import { defineAgentType, replicasFor } from './agentType';

/** Joins systems and checks that their interfaces agree. */
export const integration = defineAgentType({
  name: 'integration',
  title: 'Integration engineer',
  role: 'Joins systems and checks that their interfaces agree.',
  prompt:
    'You join systems. Read both sides of an interface, check that they agree in names, types, errors and time-outs, and prove it with a call. Report what disagrees and which side should change.',
  task_types: ['integration', 'api-testing'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect', 'http_fetch'],
  programs: ['git', 'jq'],
  model_tier: 'standard',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 2, environments: replicasFor(1, 3) },
  egress: [],
  state: 'stateless',
});
