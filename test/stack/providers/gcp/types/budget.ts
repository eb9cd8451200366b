import { at, isObject } from '../../shared/values';
import { lacks, conflicts, exactlyOne, fail, has, list, matches, text, within } from '../checks';
import { needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { TOPIC } from './tokens';

/** Budgets of a billing account. */
export const budget: Rules = {
  source: [
    'https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets',
    'magic-modules mmv1/products/billing/Budget.yaml',
  ],
  id: (inputs) =>
    `billingAccounts/${text(inputs, 'billingAccount') ?? ''}/budgets/${digits(text(inputs, 'displayName') ?? '', 8)}`,
  immutable: ['billingAccount'],
  checks: [
    matches(
      'billingAccount',
      /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
      'a billing account id such as 000000-0000AA-AAAAAA',
    ),
    matches('displayName', /^[\s\S]{0,60}$/, 'at most 60 characters'),
    (inputs) =>
      isObject(at(inputs, 'amount')) ? exactlyOne('amount.specifiedAmount', 'amount.lastPeriodAmount')(inputs) : [],
    matches('amount.specifiedAmount.units', /^\d+$/, 'whole units of money as text'),
    within('thresholdRules[*].thresholdPercent', 0, 100),
    matches('budgetFilter.projects[*]', /^projects\/[a-z0-9-]+$/, 'projects/{project number}'),
    conflicts('budgetFilter.calendarPeriod', 'budgetFilter.customPeriod'),
    (inputs) =>
      list(inputs, 'allUpdatesRule.monitoringNotificationChannels').length > 5
        ? fail('allUpdatesRule.monitoringNotificationChannels', 'at most 5 channels')
        : [],
    (inputs) =>
      has(inputs, 'allUpdatesRule') &&
      lacks(inputs, 'allUpdatesRule.pubsubTopic') &&
      lacks(inputs, 'allUpdatesRule.monitoringNotificationChannels')
        ? fail('allUpdatesRule.pubsubTopic', 'one of pubsubTopic or monitoringNotificationChannels must be given')
        : [],
  ],
  needs: needing(['allUpdatesRule.pubsubTopic', TOPIC]),
  computed: (inputs, scope) => ({
    name: budget.id(inputs, scope),
    budgetFilter: { calendarPeriod: 'MONTH', creditTypesTreatment: 'INCLUDE_ALL_CREDITS' },
  }),
};
