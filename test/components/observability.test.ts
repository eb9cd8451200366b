import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentTypeNames, metrics } from '@agent-factory/contract';
import { Observability, type ObservabilityArgs } from '../../components/observability';
import { alerts, type AlertScope } from '../../components/settings/observability/alerts';
import { dashboards } from '../../components/settings/observability/dashboards';
import { ruleFile } from '../../components/settings/observability/rules';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const scope: AlertScope = {
  project,
  cluster: 'factory-dev',
  types: agentTypeNames,
  queue: { kind: 'redis', instance: 'factory-dev' },
  database: 'factory-dev',
};
const args: ObservabilityArgs = {
  names,
  project,
  environment: 'prod',
  types: agentTypeNames,
  emails: ['on-call@example.com'],
  queue: 'redis',
  database: true,
  labels: { team: 'agents' },
};
const make = (over: Partial<ObservabilityArgs> = {}) =>
  recordCloud(() => new Observability('observability', { ...args, ...over }));

describe('alerts', () => {
  it('tell people, with the runbook at hand, and close by themselves', async () => {
    const { recording, result } = await make();
    const policy = recording.one('gcp:monitoring/alertPolicy:AlertPolicy', 'observability-dispatcher-down');
    expect(policy.inputs).toMatchObject({
      displayName: 'No dispatcher answers (prod)',
      severity: 'CRITICAL',
      notificationChannels: await valueOf(result.channels),
      documentation: { mimeType: 'text/markdown', content: expect.stringContaining('kubectl') },
      alertStrategy: { autoClose: '86400s' },
      userLabels: { team: 'agents' },
      conditions: [
        {
          conditionPrometheusQueryLanguage: {
            query: 'absent(up{cluster="factory-dev",namespace="factory-system",job="serve"} == 1)',
            duration: '120s',
            disableMetricValidation: true,
          },
        },
      ],
    });
    expect(recording.one('gcp:monitoring/notificationChannel:NotificationChannel').inputs).toMatchObject({
      type: 'email',
      labels: { email_address: 'on-call@example.com' },
    });
  });

  it('watch Redis of either kind and the database, when there are any', async () => {
    const keys = async (over: Partial<ObservabilityArgs>) =>
      (await make(over)).recording.of('gcp:monitoring/alertPolicy:AlertPolicy').map(({ name }) => name);
    expect(await keys({})).toEqual(
      expect.arrayContaining(['observability-queue-memory', 'observability-database-disk']),
    );
    const { queue: _, ...without } = args;
    const { recording } = await recordCloud(() => new Observability('observability', { ...without, database: false }));
    const rest = recording.of('gcp:monitoring/alertPolicy:AlertPolicy').map(({ name }) => name);
    expect(rest).not.toContain('observability-queue-memory');
    expect(rest).not.toContain('observability-database-disk');
    expect(JSON.stringify(alerts({ ...scope, queue: { kind: 'valkey', instance: 'v' } }))).toContain(
      'memorystore_googleapis_com:instance_memory_maximum_utilization',
    );
  });

  it.each(alerts(scope).map((alert) => [alert.name, alert] as const))(
    '"%s" is a symptom with a way out of it',
    (_, alert) => {
      expect(alert.name).toMatch(/^[A-Z]/);
      expect(alert.runbook.length).toBeGreaterThan(80);
      expect(alert.runbook.length).toBeLessThan(8_192);
      expect(alert.minutes).toBeGreaterThan(0);
    },
  );

  it('each have a key of their own', () => {
    const keys = alerts(scope).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('count every enabled type', () => {
    const silent = (types: readonly string[]) =>
      alerts({ ...scope, types }).find(({ key }) => key === 'metric-silent')?.query;
    expect(silent(agentTypeNames)).toContain('< 12');
    expect(silent([...agentTypeNames, 'thirteenth'])).toContain('< 13');
  });
});

describe('dashboards', () => {
  const rowsOf = (key: string, types: readonly string[] = agentTypeNames) =>
    dashboards({ ...scope, types }, 'prod')
      .filter((board) => board.key === key)
      .flatMap(({ json }) => json.mosaicLayout.tiles)
      .filter(({ widget }) => 'sectionHeader' in widget)
      .map(({ widget }) => widget.title);

  it('have a row a type for performance and for resources, and one for the service as a whole', async () => {
    const { recording } = await make();
    const boards = recording.of('gcp:monitoring/dashboard:Dashboard').map(({ name }) => name);
    expect(boards).toEqual(['observability-performance', 'observability-resources', 'observability-service']);
    expect(rowsOf('performance')).toEqual(agentTypeNames);
    expect(rowsOf('resources')).toEqual(agentTypeNames);
    expect(rowsOf('service')).toEqual(['Promises', 'From submission to result', 'Models']);
  });

  it('gain a row with a type', () => {
    expect(rowsOf('performance', [...agentTypeNames, 'thirteenth'])).toContain('thirteenth');
  });

  it('go on to a second page before they have more widgets than the API takes', () => {
    const types = Array.from({ length: 40 }, (_, index) => `type${index}`);
    const boards = dashboards({ ...scope, types }, 'prod');
    expect(boards.map(({ key }) => key)).toEqual([
      'performance',
      'performance-2',
      'performance-3',
      'resources',
      'resources-2',
      'resources-3',
      'service',
    ]);
    for (const { json } of boards) expect(json.mosaicLayout.tiles.length).toBeLessThanOrEqual(100);
  });

  it('lay their tiles side by side, none over another', () => {
    for (const { json } of dashboards(scope, 'prod')) {
      const { tiles, columns } = json.mosaicLayout;
      const overlapping = tiles.filter((a, index) =>
        tiles
          .slice(index + 1)
          .some(
            (b) =>
              a.xPos < b.xPos + b.width &&
              b.xPos < a.xPos + a.width &&
              a.yPos < b.yPos + b.height &&
              b.yPos < a.yPos + a.height,
          ),
      );
      expect(overlapping).toEqual([]);
      expect(Math.max(...tiles.map(({ xPos, width }) => xPos + width))).toBeLessThanOrEqual(columns);
    }
  });
});

describe('every query', () => {
  const { groups } = ruleFile(scope);
  const queries = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));

  it('asks for metrics that the factory, GKE or Google Cloud serve', () => {
    const ours = new Set<string>(Object.values(metrics).map(({ name }) => name));
    const theirs =
      /^(up|kube_|container_|kubernetes_io:|redis_googleapis_com:|cloudsql_googleapis_com:|memorystore_googleapis_com:)/;
    for (const query of queries) {
      const series = [...query.matchAll(/([a-z_][a-z0-9_:]*)\{/g)].map(([, name = '']) => name);
      expect(series.length).toBeGreaterThan(0);
      for (const name of series)
        expect([name, ours.has(name.replace(/_(bucket|count|sum)$/, '')) || theirs.test(name)]).toEqual([name, true]);
    }
  });

  it('asks for one cluster, since several may report to one project', () => {
    const perCluster = /\{[^}]*cluster(_name)?="factory-dev"/;
    const perInstance = /instance_id|database_id/;
    for (const query of queries) expect(perCluster.test(query) || perInstance.test(query)).toBe(true);
  });

  it('asks for labels that its metric has', () => {
    for (const { name, labels } of Object.values(metrics)) {
      const allowed = [...labels, 'cluster', 'namespace', 'le'];
      for (const query of queries)
        for (const [, matchers = ''] of query.matchAll(new RegExp(`\\b${name}(?:_bucket|_count)?\\{([^}]*)\\}`, 'g')))
          for (const [, label] of matchers.matchAll(/([a-z_]+)=~?"/g)) expect(allowed).toContain(label);
    }
  });
});

const promtool = spawnSync('promtool', ['--version']).error === undefined;
const withPromtool = promtool ? describe : describe.skip;

withPromtool('alerts as Prometheus evaluates them (needs promtool: install the package prometheus)', () => {
  const own = 'cluster="factory-dev",namespace="factory-system"';
  const wait = (bucket: string) => `agent_task_wait_seconds_bucket{${own},type="python",priority="P1",le="${bucket}"}`;
  const autoscaler = (name: string) =>
    `kube_horizontalpodautoscaler_${name}{cluster="factory-dev",namespace="factory-agents",horizontalpodautoscaler="agent-python"}`;
  const depths = (types: readonly string[]) =>
    Object.fromEntries(types.map((type) => [`task_queue_depth{${own},agent_type="${type}"}`, '0x60']));

  /** What happened, the alert, series from then on (one value a minute), and whether it fires within the hour. */
  const cases: [string, string, Record<string, string>, boolean][] = [
    ['no dispatcher is up', 'dispatcher-down', { [`up{${own},job="serve",pod="a"}`]: '0x60' }, true],
    [
      'one of two dispatchers is up',
      'dispatcher-down',
      { [`up{${own},job="serve",pod="a"}`]: '0x60', [`up{${own},job="serve",pod="b"}`]: '1x60' },
      false,
    ],
    ['nothing tells the depth', 'metric-silent', {}, true],
    ['a type is missing', 'metric-silent', depths(agentTypeNames.slice(1)), true],
    ['every type is there', 'metric-silent', depths(agentTypeNames), false],
    [
      'tasks wait and no agent is there',
      'nobody-works',
      { [`agent_queue_depth{${own},type="python"}`]: '3x60', [`agent_connected{${own},type="python"}`]: '0x60' },
      true,
    ],
    [
      'tasks wait and nobody ever connected',
      'nobody-works',
      { [`agent_queue_depth{${own},type="python"}`]: '3x60' },
      true,
    ],
    [
      'tasks wait for an agent that is busy',
      'nobody-works',
      { [`agent_queue_depth{${own},type="python"}`]: '3x60', [`agent_connected{${own},type="python"}`]: '1x60' },
      false,
    ],
    [
      'P1 waits ten minutes',
      'late-p1',
      { [wait('300')]: '0x60', [wait('600')]: '0+6x60', [wait('+Inf')]: '0+6x60' },
      true,
    ],
    [
      'P1 waits a minute',
      'late-p1',
      { [wait('60')]: '0+6x60', [wait('300')]: '0+6x60', [wait('+Inf')]: '0+6x60' },
      false,
    ],
    ['many tasks fail for good', 'dead-letters', { [`agent_dead_letters{${own},type="python"}`]: '0+1x60' }, true],
    ['old failures lie about', 'dead-letters', { [`agent_dead_letters{${own},type="python"}`]: '90x60' }, false],
    [
      'a type is as large as it may be',
      'at-maximum',
      {
        [autoscaler('status_current_replicas')]: '10x60',
        [autoscaler('spec_max_replicas')]: '10x60',
        [autoscaler('spec_min_replicas')]: '1x60',
      },
      true,
    ],
    [
      'a type can only have one size',
      'at-maximum',
      {
        [autoscaler('status_current_replicas')]: '1x60',
        [autoscaler('spec_max_replicas')]: '1x60',
        [autoscaler('spec_min_replicas')]: '1x60',
      },
      false,
    ],
    [
      'a tenth of requests fail',
      'errors',
      {
        [`http_request_duration_seconds_count{${own},status="200"}`]: '0+9x60',
        [`http_request_duration_seconds_count{${own},status="503"}`]: '0+1x60',
      },
      true,
    ],
    ['no request fails', 'errors', { [`http_request_duration_seconds_count{${own},status="200"}`]: '0+9x60' }, false],
    [
      'Redis is nearly full',
      'queue-memory',
      {
        'redis_googleapis_com:stats_memory_usage_ratio{monitored_resource="redis_instance",instance_id="projects/p/locations/l/instances/factory-dev"}':
          '0.9x60',
      },
      true,
    ],
    [
      'another Redis is nearly full',
      'queue-memory',
      {
        'redis_googleapis_com:stats_memory_usage_ratio{monitored_resource="redis_instance",instance_id="projects/p/locations/l/instances/other"}':
          '0.9x60',
      },
      false,
    ],
    [
      'a container restarts every other minute',
      'crash-loop',
      {
        'kubernetes_io:container_restart_count{monitored_resource="k8s_container",cluster_name="factory-dev",namespace_name="factory-agents",pod_name="p",container_name="agent"}':
          '0+0.5x60',
      },
      true,
    ],
    [
      'a container restarted once',
      'crash-loop',
      {
        'kubernetes_io:container_restart_count{monitored_resource="k8s_container",cluster_name="factory-dev",namespace_name="factory-agents",pod_name="p",container_name="agent"}':
          '0x30 1x30',
      },
      false,
    ],
  ];

  it('fire when they should and are silent when they should be', () => {
    // Each case is a cluster of its own, so that one run of promtool, which is slow to start, holds them all.
    const named = cases.map(([name, alert, series, fires], index) => ({
      name,
      alert,
      series,
      fires,
      cluster: `case-${index}`,
    }));
    const moved = (text: string, cluster: string) => text.replaceAll('factory-dev', cluster);
    const rules = named.flatMap(({ alert, cluster }) =>
      (ruleFile(scope).groups[0]?.rules ?? [])
        .filter((rule) => 'alert' in rule && rule.alert === alert)
        .map((rule) => ({ ...rule, alert: cluster, expr: moved(rule.expr, cluster) })),
    );
    const tests = {
      interval: '1m',
      input_series: named.flatMap(({ series, cluster }) =>
        Object.entries(series).map(([selector, values]) => ({ series: moved(selector, cluster), values })),
      ),
      promql_expr_test: [
        {
          expr: 'count by (alertname) (ALERTS{alertstate="firing"}) > 0',
          eval_time: '59m',
          exp_samples: named
            .filter(({ fires }) => fires)
            .map(({ cluster }) => ({ labels: `{alertname="${cluster}"}`, value: 1 })),
        },
      ],
    };
    const folder = mkdtempSync(path.join(tmpdir(), 'promtool-'));
    const write = (name: string, content: unknown) => writeFileSync(path.join(folder, name), JSON.stringify(content));
    try {
      write('rules.yaml', { groups: [{ name: 'cases', rules }] });
      write('test.yaml', { rule_files: ['rules.yaml'], evaluation_interval: '1m', tests: [tests] });
      const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], {
        cwd: folder,
        encoding: 'utf8',
      });
      const told = named.reduceRight(
        (text, { cluster, name, alert }) => text.replaceAll(`"${cluster}"`, `"${alert} when ${name}"`),
        `${stdout}${stderr}`,
      );
      expect(told.trim()).toMatch(/SUCCESS$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
