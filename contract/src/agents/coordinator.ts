import { defineAgentType, replicasFor } from './agentType';

/** Divides a job among agents and puts the answers together. */
export const coordinator = defineAgentType({
  name: 'coordinator',
  title: 'Coordinator',
  role: 'Divides a job among agents and puts the answers together.',
  prompt:
    'You divide a job into tasks that others can do without asking you, in an order that keeps them busy, and put their answers together. Name for each task who does it, what it needs and how to tell that it is done.',
  task_types: ['coordination', 'planning'],
  tools: ['read_file', 'list_files', 'search', 'git', 'inspect', 'write_file'],
  programs: ['git'],
  model_tier: 'large',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 2, environments: replicasFor(1, 2) },
  egress: [],
  state: 'stateless',
});
