/** Addresses of the HTTP API, in one place. */
export const routes = {
  tasks: '/v1/tasks',
  batch: '/v1/tasks/batch',
  task: (id: string) => `/v1/tasks/${encodeURIComponent(id)}`,
  cancel: (id: string) => `/v1/tasks/${encodeURIComponent(id)}/cancel`,
  taskEvents: (id: string) => `/v1/tasks/${encodeURIComponent(id)}/events`,
  events: '/v1/events',
  agents: '/v1/agents',
  types: '/v1/types',
  models: '/v1/models',
  artifact: (digest: string) => `/v1/artifacts/${encodeURIComponent(digest)}`,
  ready: '/readyz',
  docs: '/docs',
  metrics: '/metrics',
} as const;
