import { isObject, type Value } from '../../shared/values';
import { fail, text } from '../checks';
import type { Rules } from '../rules';
import { digits } from '../scope';

/** Dashboards of Cloud Monitoring. */
export const dashboard: Rules = {
  source: [
    'https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards',
    'terraform-provider-google resource_monitoring_dashboard.go',
  ],
  id: (inputs, scope) =>
    `projects/${scope.numberOf(scope.project(inputs))}/dashboards/${digits(title(text(inputs, 'dashboardJson')) ?? '', 18)}`,
  immutable: ['project'],
  checks: [
    (inputs) => {
      const json = text(inputs, 'dashboardJson');
      if (json === undefined) return [];
      const parsed = parse(json);
      if (!isObject(parsed)) return fail('dashboardJson', 'is no JSON object');
      const layouts = ['gridLayout', 'mosaicLayout', 'rowLayout', 'columnLayout'].filter((name) => name in parsed);
      return [
        ...(typeof parsed['displayName'] === 'string' ? [] : fail('dashboardJson', 'has no displayName')),
        ...(layouts.length === 1
          ? []
          : fail('dashboardJson', 'needs one layout: gridLayout, mosaicLayout, rowLayout or columnLayout')),
      ];
    },
  ],
};

function parse(json: string): Value | undefined {
  try {
    // JSON.parse gives JSON, which is what a Value without unknowns is.
    return JSON.parse(json) as Value | undefined;
  } catch {
    return undefined;
  }
}

function title(json: string | undefined): string | undefined {
  const parsed = json === undefined ? undefined : parse(json);
  return isObject(parsed) && typeof parsed['displayName'] === 'string' ? parsed['displayName'] : undefined;
}
