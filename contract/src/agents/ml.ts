import { defineAgentType, replicasFor } from './agentType';

/** Trains, checks and serves models. */
export const ml = defineAgentType({
  name: 'ml',
  title: 'ML engineer',
  role: 'Trains, checks and serves models.',
  prompt:
    'You work with models and data sets. State the baseline before the result, keep test data apart, fix seeds, and report the spread as well as the mean. Say what a model must not be used for.',
  task_types: ['ml', 'training', 'inference'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect'],
  programs: ['python3', 'python3-venv', 'git'],
  model_tier: 'large',
  pool: 'gpu',
  resources: { cpu: { request: 8, limit: 16 }, memory: { request: 32, limit: 64 }, gpu: 'optional' },
  scaling: { queue_target: 2, environments: replicasFor(1, 5) },
  egress: [],
  state: 'stateless',
});
