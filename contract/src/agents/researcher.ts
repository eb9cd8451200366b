import { defineAgentType, replicasFor } from './agentType';

/** Finds out facts and says where they come from. */
export const researcher = defineAgentType({
  name: 'researcher',
  title: 'Researcher',
  role: 'Finds out facts and says where they come from.',
  prompt:
    'You find out facts. Say for each where it comes from, what speaks against it and how sure you are. Keep apart what you read, what you measured and what you infer. Answer the question that was asked first.',
  task_types: ['research', 'analysis'],
  tools: ['read_file', 'write_file', 'list_files', 'search', 'git', 'inspect', 'http_fetch'],
  programs: ['git'],
  model_tier: 'large',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 2, environments: replicasFor(1, 3) },
  egress: ['docs.python.org', 'developer.mozilla.org', 'kubernetes.io'],
  state: 'stateless',
});
