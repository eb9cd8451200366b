import * as monitoring from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { alerts, type Alert, type AlertScope } from './settings/observability/alerts';
import { dashboards } from './settings/observability/dashboards';
import type { StackEnvironment } from './types';

export interface ObservabilityArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Part of the names that people read. */
  environment: StackEnvironment;
  /** Enabled agent types: each is a row of the dashboards, and counts for the alert on missing metrics. */
  types: readonly string[];
  /** Who is told. Defaults to nobody: incidents are in the console alone. */
  emails?: readonly string[];
  /** Kind of the Memorystore instance to watch. Defaults to none. */
  queue?: 'redis' | 'valkey';
  /** Watches the Cloud SQL instance. */
  database: boolean;
  /** Labels of alerts and channels: the provider's default labels do not reach them. */
  labels: Record<string, string>;
}

/** Alerts named by what people notice, each with its runbook, and dashboards with a row for each agent type. */
export class Observability extends pulumi.ComponentResource {
  /** Notification channels. */
  readonly channels: pulumi.Output<string[]>;
  /** Dashboards by key. */
  readonly dashboards: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Observability', name, {}, opts);

    const channels = this.createChannels(name, args);
    this.createAlerts(name, args, channels);
    this.dashboards = this.createDashboards(name, args);

    this.channels = pulumi.all(channels.map((channel) => channel.id));
    this.registerOutputs({ channels: this.channels, dashboards: this.dashboards });
  }

  private createChannels(name: string, { names, project, emails = [], labels }: ObservabilityArgs) {
    return emails.map(
      (email, index) =>
        new monitoring.NotificationChannel(
          `${name}-email-${index}`,
          {
            project,
            displayName: names('gcp.alert', email),
            type: 'email',
            labels: { email_address: email },
            userLabels: labels,
            forceDelete: true, // a budget of another stack may name it; a deleted address must not hold up a destroy
          },
          { parent: this },
        ),
    );
  }

  private createAlerts(name: string, args: ObservabilityArgs, channels: monitoring.NotificationChannel[]): void {
    for (const alert of alerts(alertScope(args))) this.createAlert(name, args, channels, alert);
  }

  private createAlert(
    name: string,
    args: ObservabilityArgs,
    channels: monitoring.NotificationChannel[],
    alert: Alert,
  ): void {
    new monitoring.AlertPolicy(
      `${name}-${alert.key}`,
      {
        project: args.project,
        displayName: `${alert.name} (${args.environment})`,
        combiner: 'OR',
        severity: alert.severity,
        conditions: [
          {
            displayName: alert.name,
            conditionPrometheusQueryLanguage: {
              query: alert.query,
              duration: `${alert.minutes * 60}s`,
              evaluationInterval: '60s',
              alertRule: alert.key,
              ruleGroup: 'agent-factory',
              disableMetricValidation: true, // on the first day no series exists yet
            },
          },
        ],
        documentation: {
          content: alert.runbook,
          mimeType: 'text/markdown',
          subject: `${alert.name} (${args.environment})`,
        },
        notificationChannels: channels.map((channel) => channel.id),
        alertStrategy: { autoClose: '86400s', notificationPrompts: ['OPENED', 'CLOSED'] },
        userLabels: args.labels,
      },
      { parent: this },
    );
  }

  private createDashboards(name: string, args: ObservabilityArgs): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(
      dashboards(alertScope(args), args.environment).map(({ key, json }) => [
        key,
        new monitoring.Dashboard(
          `${name}-${key}`,
          { project: args.project, dashboardJson: JSON.stringify(json) },
          { parent: this },
        ).id,
      ]),
    );
  }
}

/** Names are known before anything exists, so a first preview shows every query in full. */
function alertScope({ names, project, types, queue, database }: ObservabilityArgs): AlertScope {
  return {
    project,
    types,
    cluster: names('gcp.cluster'),
    ...(queue && { queue: { kind: queue, instance: names(queue === 'redis' ? 'gcp.redis' : 'gcp.valkey') } }),
    ...(database && { database: names('gcp.sql') }),
  };
}
