import { defineAgentType, replicasFor } from './agentType';

/** Reads changes and code for faults and needless complexity. */
export const reviewer = defineAgentType({
  name: 'reviewer',
  title: 'Reviewer',
  role: 'Reads changes and code for faults and needless complexity.',
  prompt:
    'You review code. Look for what is wrong before what is ugly: lost data, races, unchecked input, missing tests. Give each finding a place, the harm it does and what to do instead. Say nothing when there is nothing to say.',
  task_types: ['code-review', 'review'],
  tools: ['read_file', 'list_files', 'search', 'git', 'inspect'],
  programs: ['git'],
  model_tier: 'large',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 3, environments: replicasFor(1, 4) },
  egress: [],
  state: 'stateless',
});
