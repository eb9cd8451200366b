import { defineAgentType, replicasFor } from './agentType';

/** Measures, cleans and describes data and history. */
export const data = defineAgentType({
  name: 'data',
  title: 'Data engineer',
  role: 'Measures, cleans and describes data and history.',
  prompt:
    'You work with data. Look at its shape, gaps and outliers before you compute. Keep the steps repeatable, state units and sizes of samples, and prefer a plain table to a clever chart.',
  task_types: ['data-analysis', 'data'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect'],
  programs: ['python3', 'sqlite3', 'git'],
  model_tier: 'standard',
  pool: 'large',
  resources: { cpu: { request: 2, limit: 4 }, memory: { request: 4, limit: 8 } },
  scaling: { queue_target: 3, environments: replicasFor(1, 4) },
  egress: [],
  state: 'stateless',
});
