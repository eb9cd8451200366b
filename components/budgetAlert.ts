import * as billing from '@pulumi/gcp/billing';
import * as monitoring from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';

export interface BudgetAlertArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Number of the project. */
  projectNumber: pulumi.Input<string>;
  /** Billing account, such as 012345-6789AB-CDEF01. */
  billingAccount: string;
  /** US dollars a month; the account must be in that currency. */
  monthlyUsd: number;
  /** Shares of the budget at which people are told. Defaults to half, nine tenths, and all of it, and to all of it as forecast. */
  thresholds?: readonly { share: number; forecast: boolean }[];
  /** Who is told, beside the administrators of the billing account. At most 5. */
  emails: readonly string[];
  /** Labels of the channels: the provider's default labels do not reach them. */
  labels: Record<string, string>;
}

const defaultThresholds = [
  { share: 0.5, forecast: false },
  { share: 0.9, forecast: false },
  { share: 1, forecast: false },
  { share: 1, forecast: true },
];

/** Tells people when the project spends more than it should. It stops nothing: budgets of the factory do that for models. */
export class BudgetAlert extends pulumi.ComponentResource {
  readonly budgetName: pulumi.Output<string>;

  constructor(name: string, args: BudgetAlertArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:BudgetAlert', name, {}, opts);
    if (args.emails.length > 5) throw new Error(`[emails] has ${args.emails.length}: a budget tells at most 5`);

    const channels = this.createChannels(name, args);
    const budget = this.createBudget(name, args, channels);

    this.budgetName = budget.name;
    this.registerOutputs({ budgetName: this.budgetName });
  }

  private createChannels(name: string, { names, project, emails, labels }: BudgetAlertArgs) {
    return emails.map(
      (email, index) =>
        new monitoring.NotificationChannel(
          `${name}-email-${index}`,
          {
            project,
            displayName: names('gcp.alert', 'budget', email),
            type: 'email',
            labels: { email_address: email },
            userLabels: labels,
            forceDelete: true,
          },
          { parent: this },
        ),
    );
  }

  private createBudget(
    name: string,
    args: BudgetAlertArgs,
    channels: monitoring.NotificationChannel[],
  ): billing.Budget {
    return new billing.Budget(
      `${name}-budget`,
      {
        billingAccount: args.billingAccount,
        displayName: args.names('gcp.budget'),
        budgetFilter: {
          projects: [pulumi.interpolate`projects/${args.projectNumber}`],
          calendarPeriod: 'MONTH',
          creditTypesTreatment: 'INCLUDE_ALL_CREDITS',
        },
        amount: {
          specifiedAmount: { currencyCode: 'USD', units: String(Math.floor(args.monthlyUsd)) },
        },
        thresholdRules: (args.thresholds ?? defaultThresholds).map(({ share, forecast }) => ({
          thresholdPercent: share,
          spendBasis: forecast ? 'FORECASTED_SPEND' : 'CURRENT_SPEND',
        })),
        allUpdatesRule: {
          monitoringNotificationChannels: channels.map((channel) => channel.id),
          disableDefaultIamRecipients: false,
        },
      },
      { parent: this },
    );
  }
}
