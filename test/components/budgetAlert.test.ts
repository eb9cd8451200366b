import { BudgetAlert, type BudgetAlertArgs } from '../../components/budgetAlert';
import { names, project, projectNumber, recordCloud } from './recordCloud';

const args: BudgetAlertArgs = {
  names,
  project,
  projectNumber,
  billingAccount: '012345-6789AB-CDEF01',
  monthlyUsd: 2_500.5,
  emails: ['owner@example.com'],
  labels: { team: 'agents' },
};
const make = (over: Partial<BudgetAlertArgs> = {}) =>
  recordCloud(() => new BudgetAlert('budget', { ...args, ...over }));

describe('the budget', () => {
  it('tells people when the project has spent, or is about to spend, too much of it', async () => {
    const { recording } = await make();
    expect(recording.one('gcp:billing/budget:Budget').inputs).toMatchObject({
      billingAccount: '012345-6789AB-CDEF01',
      displayName: 'factory-dev',
      budgetFilter: { projects: [`projects/${projectNumber}`], calendarPeriod: 'MONTH' },
      amount: { specifiedAmount: { currencyCode: 'USD', units: '2500' } },
      thresholdRules: [
        { thresholdPercent: 0.5, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 0.9, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 1, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
      ],
      allUpdatesRule: { monitoringNotificationChannels: ['NotificationChannel/budget-email-0'] },
    });
    expect(recording.one('gcp:monitoring/notificationChannel:NotificationChannel').inputs).toMatchObject({
      labels: { email_address: 'owner@example.com' },
      userLabels: { team: 'agents' },
    });
  });

  it('takes no more people than the API does', async () => {
    const emails = Array.from({ length: 6 }, (_, index) => `${index}@example.com`);
    await expect(make({ emails })).rejects.toThrow('[emails] has 6: a budget tells at most 5');
  });
});
