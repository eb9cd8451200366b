import { namespaces } from '../../types';
import { own, quantile, rate, select, whole, within, type Scope } from './series';
import { dashboard, type Chart, type Row } from './tiles';

const agents = namespaces.agents;

/** Rows of agent types on one dashboard: with a heading and four charts each, more would pass the API's limit of 100 widgets. */
const rowsPerPage = 18;

/** The dashboards of an environment by key. Each row of the first two is an agent type. */
export function dashboards(scope: Scope, environment: string): { key: string; json: ReturnType<typeof dashboard> }[] {
  const labels = ['agent-factory', environment];
  const pages = chunk(scope.types, rowsPerPage);
  const title = (name: string, page: number) =>
    `${name} (${environment})${pages.length > 1 ? `, page ${page + 1} of ${pages.length}` : ''}`;
  const suffix = (page: number) => (page === 0 ? '' : `-${page + 1}`);
  return [
    ...pages.map((types, page) => ({
      key: `performance${suffix(page)}`,
      json: dashboard(
        title('Agent performance', page),
        types.map((type) => performanceRow(scope, type)),
        labels,
      ),
    })),
    ...pages.map((types, page) => ({
      key: `resources${suffix(page)}`,
      json: dashboard(
        title('Resource utilisation', page),
        types.map((type) => resourceRow(scope, type)),
        labels,
      ),
    })),
    { key: 'service', json: dashboard(`Business and service levels (${environment})`, serviceRows(scope), labels) },
  ];
}

function performanceRow(scope: Scope, type: string): Row {
  const of = { type };
  return {
    title: type,
    charts: [
      {
        title: 'Waiting, delayed, running',
        queries: [
          { query: whole(scope, 'queueDepth', of), legend: 'waiting' },
          { query: whole(scope, 'delayedDepth', of), legend: 'delayed' },
          { query: whole(scope, 'runningTasks', of), legend: 'running' },
        ],
      },
      {
        title: 'Wait until an agent begins',
        unit: 's',
        queries: [0.5, 0.95].map((share) => ({
          query: quantile(scope, 'taskWait', share, '', '5m', of),
          legend: `p${share * 100}`,
        })),
      },
      {
        title: 'Length of an attempt',
        unit: 's',
        queries: [0.5, 0.95].map((share) => ({
          query: quantile(scope, 'taskDuration', share, '', '5m', of),
          legend: `p${share * 100}`,
        })),
      },
      {
        title: 'Tasks a second by how they ended',
        stacked: true,
        queries: [{ query: rate(scope, 'tasksTotal', 'outcome', '5m', of) }],
      },
    ],
  };
}

function resourceRow({ cluster }: Scope, type: string): Row {
  const pods = { cluster, namespace: agents, pod: `~agent-${type}-.*` };
  const autoscaler = (name: string) =>
    select(`kube_horizontalpodautoscaler_${name}`, {
      cluster,
      namespace: agents,
      horizontalpodautoscaler: `agent-${type}`,
    });
  return {
    title: type,
    charts: [
      {
        title: 'Pods: now, wanted, at most',
        queries: [
          { query: autoscaler('status_current_replicas'), legend: 'now' },
          { query: autoscaler('status_desired_replicas'), legend: 'wanted' },
          { query: autoscaler('spec_max_replicas'), legend: 'at most' },
        ],
      },
      {
        title: 'CPU, cores',
        queries: [{ query: `sum by (container) (rate(${select('container_cpu_usage_seconds_total', pods)}[5m]))` }],
      },
      {
        title: 'Memory',
        unit: 'By',
        queries: [{ query: `sum by (container) (${select('container_memory_working_set_bytes', pods)})` }],
      },
      {
        title: 'Restarts in 15 minutes',
        queries: [
          {
            query: `sum(increase(${select('kubernetes_io:container_restart_count', { monitored_resource: 'k8s_container', cluster_name: cluster, namespace_name: agents, pod_name: `~agent-${type}-.*` })}[15m]))`,
          },
        ],
      },
    ],
  };
}

function serviceRows(scope: Scope): Row[] {
  const promise = (priority: string, seconds: number): Chart => ({
    title: `${priority} begun within ${seconds / 60} minutes`,
    unit: '10^2.%',
    queries: [{ query: within(scope, 'taskWait', seconds, '1h', { priority }) }],
  });
  const ended = `sum(rate(${own(scope, 'tasksTotal')}[1h]))`;
  return [
    { title: 'Promises', charts: [promise('P1', 300), promise('P2', 900), availability(scope)] },
    {
      title: 'From submission to result',
      charts: [
        {
          title: 'End to end: wait and work together, p95',
          unit: 's',
          queries: [
            {
              query: `${quantile(scope, 'taskWait', 0.95, '', '15m')} + ${quantile(scope, 'taskDuration', 0.95, '', '15m')}`,
            },
          ],
        },
        {
          title: 'Busy agents, share of all',
          unit: '10^2.%',
          queries: [
            { query: `sum(${whole(scope, 'runningTasks')}) / clamp_min(sum(${own(scope, 'agentsConnected')}), 1)` },
          ],
        },
        {
          title: 'Satisfied at the first attempt, as retries tell',
          unit: '10^2.%',
          queries: [{ query: `clamp_min(1 - sum(rate(${own(scope, 'taskRetries')}[1h])) / ${ended}, 0)` }],
        },
      ],
    },
    {
      title: 'Models',
      charts: [
        {
          title: 'Spent on models, US$ an hour',
          stacked: true,
          queries: [{ query: `3600 * ${rate(scope, 'modelCost', 'tier', '1h')}` }],
        },
        {
          title: 'US$ a task',
          queries: [{ query: `sum(rate(${own(scope, 'modelCost')}[1h])) / ${ended}` }],
        },
        {
          title: 'Length of a model call, p95',
          unit: 's',
          queries: [{ query: quantile(scope, 'modelInference', 0.95, 'tier', '15m') }],
        },
      ],
    },
  ];
}

function availability(scope: Scope): Chart {
  const requests = (matchers: Record<string, string>) =>
    `sum(rate(${own(scope, 'httpRequests', matchers, '_count')}[1h]))`;
  return {
    title: 'Requests answered without a fault of ours',
    unit: '10^2.%',
    queries: [{ query: `1 - (${requests({ status: '~5..' })} or vector(0)) / ${requests({})}` }],
  };
}

function chunk<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.max(1, Math.ceil(list.length / size)) }, (_, page) =>
    list.slice(page * size, (page + 1) * size),
  );
}
