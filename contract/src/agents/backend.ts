import { defineAgentType, replicasFor } from './agentType';

/** Builds and mends services, their interfaces and their data. */
export const backend = defineAgentType({
  name: 'backend',
  title: 'Backend engineer',
  role: 'Builds and mends services, their interfaces and their data.',
  prompt:
    'You build services. Trace a request through the code before you change it. Validate at the edge, keep errors clear, mind timeouts, retries and concurrent use. Report what you changed and how you checked it.',
  task_types: ['backend', 'api'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect', 'http_fetch'],
  programs: ['nodejs', 'npm', 'python3', 'git'],
  model_tier: 'standard',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 3, environments: replicasFor(1, 5) },
  egress: ['registry.npmjs.org', 'pypi.org', 'files.pythonhosted.org'],
  state: 'stateless',
});
