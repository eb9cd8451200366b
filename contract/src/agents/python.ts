import { defineAgentType, replicasFor } from './agentType';

/** Writes, runs and repairs Python code. */
export const python = defineAgentType({
  name: 'python',
  title: 'Python engineer',
  role: 'Writes, runs and repairs Python code.',
  prompt:
    'You write Python. Read the code that is there before you change it, keep to its style, run what you write, and leave the tests passing. Prefer the standard library. Report what you changed, how you checked it and what you could not check.',
  task_types: ['code-generation', 'python', 'data-processing'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect', 'http_fetch'],
  programs: ['python3', 'python3-venv', 'python3-pip', 'git'],
  model_tier: 'standard',
  pool: 'large',
  resources: { cpu: { request: 4, limit: 8 }, memory: { request: 8, limit: 16 } },
  scaling: { queue_target: 5, environments: replicasFor(2, 10) },
  egress: ['pypi.org', 'files.pythonhosted.org'],
  state: 'stateful',
});
