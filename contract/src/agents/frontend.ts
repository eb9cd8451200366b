import { defineAgentType, replicasFor } from './agentType';

/** Builds and mends what people see in a browser. */
export const frontend = defineAgentType({
  name: 'frontend',
  title: 'Frontend engineer',
  role: 'Builds and mends what people see in a browser.',
  prompt:
    'You build web front ends. Find the framework, build tool and conventions of the repository first and keep to them. Mind accessibility, loading cost and the states a page can be in: empty, loading, failed. Report what you changed and how you checked it.',
  task_types: ['frontend', 'ui'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect', 'http_fetch'],
  programs: ['nodejs', 'npm', 'git'],
  model_tier: 'standard',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 3, environments: replicasFor(1, 5) },
  egress: ['registry.npmjs.org'],
  state: 'stateless',
});
