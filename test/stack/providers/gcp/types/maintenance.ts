import type { ValueObject } from '../../shared/values';
import { fail, list, matches, text } from '../checks';

// https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions#maintenance-window
/** Maintenance windows and exclusions. */
export function maintenance(inputs: ValueObject) {
  const start = Date.parse(text(inputs, 'maintenancePolicy.recurringWindow.startTime') ?? '');
  const end = Date.parse(text(inputs, 'maintenancePolicy.recurringWindow.endTime') ?? '');
  const window =
    end - start < 4 * 3_600_000
      ? fail('maintenancePolicy.recurringWindow.endTime', 'a maintenance window is at least 4 hours long')
      : [];
  const recurrence = matches(
    'maintenancePolicy.recurringWindow.recurrence',
    /^FREQ=(?:DAILY|WEEKLY|MONTHLY)(?:;[A-Z]+=[^;]+)*$/,
    'an RFC 5545 RRULE such as FREQ=WEEKLY;BYDAY=SA,SU',
  )(inputs);
  const exclusions = list(inputs, 'maintenancePolicy.maintenanceExclusions').flatMap((_, index) => {
    const path = `maintenancePolicy.maintenanceExclusions[${index}]`;
    const from = Date.parse(text(inputs, `${path}.startTime`) ?? '');
    const to = Date.parse(text(inputs, `${path}.endTime`) ?? '');
    if (to <= from) return fail(`${path}.endTime`, 'is not after startTime');
    const scope = text(inputs, `${path}.exclusionOptions.scope`) ?? 'NO_UPGRADES';
    return scope === 'NO_UPGRADES' && to - from > 30 * 86_400_000
      ? fail(`${path}.endTime`, 'an exclusion of scope NO_UPGRADES is at most 30 days long')
      : [];
  });
  const dates = [
    'recurringWindow.startTime',
    'recurringWindow.endTime',
    'maintenanceExclusions[*].startTime',
    'maintenanceExclusions[*].endTime',
  ];
  return [
    ...window,
    ...recurrence,
    ...exclusions,
    ...dates.flatMap((path) =>
      matches(
        `maintenancePolicy.${path}`,
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
        'an RFC 3339 time such as 2026-01-01T00:00:00Z',
      )(inputs),
    ),
    ...matches('maintenancePolicy.dailyMaintenanceWindow.startTime', /^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')(inputs),
  ];
}
