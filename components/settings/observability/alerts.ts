import { namespaces } from '../../types';
import { own, quantile, rate, select, whole, type Scope } from './series';

/** What is watched beside the factory itself. */
export interface AlertScope extends Scope {
  /** Project id. */
  project: string;
  /** Memorystore instance. Without one its alerts are left out. */
  queue?: { kind: 'redis' | 'valkey'; instance: string };
  /** Cloud SQL instance. Without one its alert is left out. */
  database?: string;
}

export interface Alert {
  key: string;
  /** The symptom, as a person would tell it. */
  name: string;
  severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  query: string;
  /** Minutes for which the query must hold. */
  minutes: number;
  /** What it means, where to look and what to do. Markdown. */
  runbook: string;
}

const system = namespaces.system;
const agents = namespaces.agents;

/** All alerts of an environment. */
export function alerts(scope: AlertScope): Alert[] {
  return [
    ...serviceAlerts(scope),
    ...taskAlerts(scope),
    ...podAlerts(scope),
    ...(scope.queue ? [queueMemory(scope.queue)] : []),
    ...(scope.database === undefined ? [] : [databaseDisk(scope.project, scope.database)]),
  ];
}

function serviceAlerts(scope: Scope): Alert[] {
  const up = select('up', { cluster: scope.cluster, namespace: system, job: 'serve' });
  return [
    {
      key: 'dispatcher-down',
      name: 'No dispatcher answers',
      severity: 'CRITICAL',
      query: `absent(${up} == 1)`,
      minutes: 2,
      runbook: `Nobody can submit a task and agents cannot report. Tasks that wait are safe in Redis.

1. \`kubectl -n ${system} get pods -l app.kubernetes.io/name=serve\`: pending pods want a node, crashing ones say why in \`kubectl logs --previous\`.
2. All ready, and still no metric: see \`kubectl -n gmp-system get pods\`; then only the view is lost.
3. It began with a deployment: deploy the release before it again.`,
    },
    {
      key: 'errors',
      name: 'The API fails',
      severity: 'ERROR',
      query: `sum(rate(${own(scope, 'httpRequests', { status: '~5..' }, '_count')}[5m])) / sum(rate(${own(scope, 'httpRequests', {}, '_count')}[5m])) > 0.02`,
      minutes: 5,
      runbook: `More than 2 % of requests end in an error of ours.

1. Logs of \`serve\` with severity ERROR name the code and the route.
2. \`STORE_UNAVAILABLE\`: Redis is away; see its alert and its page in the console.`,
    },
    {
      key: 'models-fail',
      name: 'Model calls fail',
      severity: 'ERROR',
      query: `${rate(scope, 'modelInference', 'tier', '10m', { outcome: '~failed|timeout|refused' }, '_count')} / ${rate(scope, 'modelInference', 'tier', '10m', {}, '_count')} > 0.2`,
      minutes: 10,
      runbook: `More than a fifth of the calls to models of a tier fail; the tasks behind them are tried again and cost twice.

1. The provider's status page, then logs of \`model-gateway\`: they name provider, model and answer.
2. Refused: the key is wrong or its quota is used up. Add a new version of the secret; pods read it within two minutes.`,
    },
    {
      key: 'metric-silent',
      name: 'Scaling has no metric',
      severity: 'CRITICAL',
      query: `absent(${own(scope, 'taskQueueDepth')}) or count(${whole(scope, 'taskQueueDepth')}) < ${scope.types.length}`,
      minutes: 5,
      runbook: `task_queue_depth is missing for a type. Its autoscaler keeps the pods that it has: work piles up or money is lost.

1. \`kubectl get --raw /apis/external.metrics.k8s.io/v1beta1/namespaces/${agents}/task_queue_depth\` asks as the autoscaler does.
2. \`kubectl get apiservice v1beta1.external.metrics.k8s.io\` must be Available; if not, see the pods and the certificate of \`metrics-adapter\`.
3. The series are left out while Redis does not answer.`,
    },
  ];
}

function taskAlerts(scope: Scope): Alert[] {
  const late = (priority: 'P1' | 'P2', minutes: number, severity: Alert['severity']): Alert => ({
    key: `late-${priority.toLowerCase()}`,
    name: `${priority} tasks wait longer than ${minutes} minutes`,
    severity,
    query: `${quantile(scope, 'taskWait', 0.95, 'type', '10m', { priority })} > ${minutes * 60}`,
    minutes: 5,
    runbook: `One in twenty tasks of ${priority} started more than ${minutes} minutes after it was submitted: the promise is broken.

1. Dashboard Agent performance, row of the type: is it at its maximum of pods, or are pods waiting for nodes?
2. At its maximum: raise \`agents.TYPE.max\`. Waiting for nodes: raise \`pools.TIER.max\`, or look for a lack of quota.`,
  });
  return [
    late('P1', 5, 'ERROR'),
    late('P2', 15, 'WARNING'),
    {
      key: 'nobody-works',
      name: 'Tasks wait and no agent is there',
      severity: 'ERROR',
      query: `${whole(scope, 'queueDepth')} > 0 unless on (type) (sum by (type) (${own(scope, 'agentsConnected')}) > 0)`,
      minutes: 10,
      runbook: `A type has work and not one agent that is connected.

1. \`kubectl -n ${agents} get pods -l agent-factory.dev/type=TYPE\`: none, pending or crashing?
2. Running but not connected: logs of container \`agent\`; tokens are refused when the cluster's issuer changed.`,
    },
    {
      key: 'dead-letters',
      name: 'Tasks fail for good',
      severity: 'WARNING',
      query: `max by (type) (delta(${own(scope, 'deadLetters')}[1h])) > 5`,
      minutes: 5,
      runbook: `More than five tasks of a type used up their attempts within the hour.

1. \`factory tasks --state failed --type TYPE\` lists them with their last error.
2. One cause for all of them: mend it, then \`POST /v1/types/TYPE/redrive\` starts them anew.`,
    },
    {
      key: 'retries',
      name: 'Every other task is tried again',
      severity: 'WARNING',
      query: `${rate(scope, 'taskRetries', 'type', '15m')} / ${rate(scope, 'tasksTotal', 'type', '15m')} > 0.5`,
      minutes: 15,
      runbook: `Attempts fail half as often as tasks end. People wait longer and pay for work that is thrown away.

1. The label \`reason\` of agent_task_retries_total: \`lost\` are agents that died, the others reported a failure.
2. Lost ones: out of memory (see restarts), or spot nodes taken back.`,
    },
  ];
}

function podAlerts({ cluster }: Scope): Alert[] {
  const restarts = select('kubernetes_io:container_restart_count', {
    monitored_resource: 'k8s_container',
    cluster_name: cluster,
    namespace_name: `~${system}|${agents}`,
  });
  const autoscaler = (name: string) => select(`kube_horizontalpodautoscaler_${name}`, { cluster, namespace: agents });
  return [
    {
      key: 'crash-loop',
      name: 'A container crashes again and again',
      severity: 'ERROR',
      query: `sum by (namespace_name, pod_name, container_name) (increase(${restarts}[15m])) > 3`,
      minutes: 5,
      runbook: `1. \`kubectl -n NAMESPACE logs POD -c CONTAINER --previous\` and \`kubectl -n NAMESPACE describe pod POD\`: exit code 137 is memory.
2. Memory of an agent: raise \`agents.TYPE.memory.limit\`. It began with a deployment: deploy the release before it again.`,
    },
    {
      key: 'pods-pending',
      name: 'Pods wait for a node',
      severity: 'WARNING',
      query: `sum by (namespace) (${select('kube_pod_status_phase', { cluster, namespace: `~${system}|${agents}`, phase: 'Pending' })}) > 0`,
      minutes: 15,
      runbook: `1. \`kubectl describe pod\` says what the scheduler lacks; events of the autoscaler say why no node came.
2. The pool is at its maximum (\`pools.TIER.max\`), the project has no quota left, or the zone has no such machine: spot and GPU run out first.`,
    },
    {
      key: 'at-maximum',
      name: 'An agent type is at its maximum',
      severity: 'WARNING',
      query: `(${autoscaler('status_current_replicas')} >= ${autoscaler('spec_max_replicas')}) and (${autoscaler('spec_max_replicas')} > ${autoscaler('spec_min_replicas')})`,
      minutes: 30,
      runbook: `It has been as large as it may be for half an hour. If work waits, raise \`agents.TYPE.max\`, and \`pools.TIER.max\` with it.`,
    },
  ];
}

function queueMemory({ kind, instance }: { kind: 'redis' | 'valkey'; instance: string }): Alert {
  const series = {
    redis: select('redis_googleapis_com:stats_memory_usage_ratio', {
      monitored_resource: 'redis_instance',
      instance_id: `~.*/${instance}`,
    }),
    valkey: select('memorystore_googleapis_com:instance_memory_maximum_utilization', {
      monitored_resource: 'memorystore.googleapis.com/Instance',
      instance_id: instance,
    }),
  };
  return {
    key: 'queue-memory',
    name: 'Redis runs out of memory',
    severity: 'CRITICAL',
    query: `max(${series[kind]}) > 0.85`,
    minutes: 5,
    runbook: `It evicts nothing: once full it refuses writes, and no task is accepted or handed out.

1. Who submits so much? Dashboard Agent performance, waiting tasks. \`factory cancel\` what nobody needs.
2. Raise the memory in configuration (\`queue.memoryGb\`, or \`queue.shards\`) and deploy: it grows while it serves.`,
  };
}

function databaseDisk(project: string, instance: string): Alert {
  const series = select('cloudsql_googleapis_com:database_disk_utilization', {
    monitored_resource: 'cloudsql_database',
    database_id: `${project}:${instance}`,
  });
  return {
    key: 'database-disk',
    name: 'The database runs out of disk',
    severity: 'ERROR',
    query: `max(${series}) > 0.9`,
    minutes: 15,
    runbook: `The disk grows by itself up to ten times \`database.diskGb\`; this says that it did not, or cannot any more.

1. The instance's page: has it reached its limit? Raise it there or in configuration.
2. What grew? The audit log is kept for ever by intent; shorten what else is kept.`,
  };
}
