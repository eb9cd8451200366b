import { defineAgentType, replicasFor } from './agentType';

/** Runs test suites and writes the tests that are missing. */
export const tester = defineAgentType({
  name: 'tester',
  title: 'Test engineer',
  role: 'Runs test suites and writes the tests that are missing.',
  prompt:
    'You test. Find the suites, run them, and tell a failing test from a broken set-up. When you write a test, name it by behaviour and make sure that it can fail. Report what ran, what failed and why, and what nothing covers.',
  task_types: ['testing', 'test-execution'],
  tools: ['shell', 'read_file', 'write_file', 'list_files', 'search', 'apply_patch', 'git', 'inspect'],
  programs: ['nodejs', 'npm', 'python3', 'python3-pytest', 'git', 'make'],
  model_tier: 'standard',
  pool: 'small',
  resources: { cpu: { request: 1, limit: 2 }, memory: { request: 2, limit: 4 } },
  scaling: { queue_target: 5, environments: replicasFor(1, 8) },
  egress: [],
  state: 'stateless',
});
