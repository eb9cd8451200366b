/** When Google may upgrade and restart things, as GKE takes it. */
export interface MaintenanceWindow {
  /** Beginning of the first window, RFC 3339 in UTC. */
  start: string;
  /** End of the first window. */
  end: string;
  /** RFC 5545, such as FREQ=WEEKLY;BYDAY=SA,SU. */
  recurrence: string;
}

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
type Day = (typeof days)[number];

const memorystoreDays: Record<Day, string> = {
  MO: 'MONDAY',
  TU: 'TUESDAY',
  WE: 'WEDNESDAY',
  TH: 'THURSDAY',
  FR: 'FRIDAY',
  SA: 'SATURDAY',
  SU: 'SUNDAY',
};

/**
 * Recurring window and standing exclusion of a cluster: patches inside the window, a new minor version only when the old one runs out
 * of support or a person lifts the exclusion. Throws when GKE would refuse the window: it wants 48 hours in any 32 days, 4 at a time.
 */
export function clusterMaintenance(window: MaintenanceWindow) {
  const hours = (Date.parse(window.end) - Date.parse(window.start)) / 3_600_000;
  if (!(hours >= 4 && hours <= 24))
    throw new Error(`[maintenance] lasts ${hours} hours from start to end: GKE takes windows of 4 to 24 hours`);
  const monthly = hours * windowsIn32Days(window.recurrence);
  if (monthly < 48)
    throw new Error(
      `[maintenance.recurrence] leaves ${monthly} hours in 32 days: GKE wants 48; name more days or more hours`,
    );
  return {
    recurringWindow: { startTime: window.start, endTime: window.end, recurrence: window.recurrence },
    maintenanceExclusions: [
      {
        exclusionName: 'no-minor-upgrades',
        startTime: '2026-01-01T00:00:00Z', // any time in the past; a fixed one is no difference in a later preview
        exclusionOptions: { scope: 'NO_MINOR_UPGRADES', endTimeBehavior: 'UNTIL_END_OF_SUPPORT' },
      },
    ],
  };
}

/** Weekly hour in which Memorystore may fail over and restart: the first of the window. */
export function queueMaintenance(window: MaintenanceWindow) {
  const { day, hour } = firstHour(window);
  return {
    weeklyMaintenanceWindows: [
      { day: memorystoreDays[day], startTime: { hours: hour, minutes: 0, seconds: 0, nanos: 0 } },
    ],
  };
}

/** Weekly hour in which Cloud SQL may restart: the first of the window, two weeks after notice. */
export function databaseMaintenance(window: MaintenanceWindow) {
  const { day, hour } = firstHour(window);
  return { day: days.indexOf(day) + 1, hour, updateTrack: 'stable' };
}

function firstHour({ start, recurrence }: MaintenanceWindow): { day: Day; hour: number } {
  const date = new Date(start);
  const [named] = daysOf(recurrence);
  // Sunday is the first day of a JavaScript week and the last of ours.
  const day = named ?? days[(date.getUTCDay() + 6) % 7] ?? 'SU';
  return { day, hour: date.getUTCHours() };
}

function daysOf(recurrence: string): Day[] {
  const listed = /BYDAY=([A-Z,]+)/.exec(recurrence)?.[1]?.split(',') ?? [];
  return days.filter((day) => listed.includes(day));
}

/** Whole windows that any 32 days hold at least. */
function windowsIn32Days(recurrence: string): number {
  if (recurrence.startsWith('FREQ=DAILY')) return 32;
  if (recurrence.startsWith('FREQ=WEEKLY')) return 4 * Math.max(1, daysOf(recurrence).length);
  return 1;
}
