/** Names, help and label sets of every metric. Labels take values of enums of the contract only, so the number of series is bounded. */
export const metrics = {
  taskDuration: {
    name: 'agent_task_duration_seconds',
    help: 'Time from claim to end of an attempt',
    labels: ['type', 'outcome'],
  },
  taskWait: {
    name: 'agent_task_wait_seconds',
    help: 'Time from submission, or from the end of a delay, to claim',
    labels: ['type', 'priority'],
  },
  queueDepth: { name: 'agent_queue_depth', help: 'Tasks that wait for an agent', labels: ['type'] },
  delayedDepth: { name: 'agent_delayed_depth', help: 'Tasks that wait for their time', labels: ['type'] },
  runningTasks: { name: 'agent_running_tasks', help: 'Tasks under a lease', labels: ['type'] },
  deadLetters: { name: 'agent_dead_letters', help: 'Failed tasks that can be redriven', labels: ['type'] },
  tasksTotal: { name: 'agent_tasks_total', help: 'Tasks by how they ended', labels: ['type', 'outcome'] },
  taskRetries: {
    name: 'agent_task_retries_total',
    help: 'Attempts that were followed by another',
    labels: ['type', 'reason'],
  },
  agentsConnected: { name: 'agent_connected', help: 'Agents with an open stream to this replica', labels: ['type'] },
  modelInference: { name: 'model_inference_seconds', help: 'Time of a model call', labels: ['tier', 'outcome'] },
  modelTokens: { name: 'model_tokens_total', help: 'Tokens counted by the gateway', labels: ['tier', 'direction'] },
  modelCost: { name: 'model_cost_usd_total', help: 'Money counted by the gateway', labels: ['tier'] },
  httpRequests: {
    name: 'http_request_duration_seconds',
    help: 'Time of an HTTP request',
    labels: ['method', 'route', 'status'],
  },
  httpRejected: { name: 'http_rejected_total', help: 'Requests refused, by code of the catalogue', labels: ['code'] },
  artifactRequests: {
    name: 'artifact_store_request_duration_seconds',
    help: 'Time until the bucket of artifacts answers a request, by its HTTP status, or none',
    labels: ['operation', 'status'],
  },
  taskQueueDepth: {
    name: 'task_queue_depth',
    help: 'What an HPA scales a type by: waiting tasks, and the target once for each busy agent. Every replica tells the whole',
    labels: ['agent_type'],
  },
  externalMetricRequests: {
    name: 'external_metric_requests_total',
    help: 'Requests to the external metrics API, by HTTP status',
    labels: ['status'],
  },
  releasedSandboxes: {
    name: 'sandboxes_released',
    help: 'Released sandboxes whose pods are still to be deleted',
    labels: [],
  },
  recycledSandboxes: {
    name: 'sandboxes_recycled_total',
    help: 'What became of the pods of released sandboxes',
    labels: ['outcome'],
  },
  eventStreams: { name: 'event_streams_open', help: 'Open server-sent event streams', labels: [] },
} as const satisfies Record<string, MetricRecord>;

export interface MetricRecord {
  name: string;
  help: string;
  labels: readonly string[];
}

/** The external metric on which an HPA scales a type (design rule 1). */
export const queueMetricName = metrics.taskQueueDepth.name;

/** The label of {@link queueMetricName} by which an HPA's selector names its type. */
export const queueMetricLabel = metrics.taskQueueDepth.labels[0];
