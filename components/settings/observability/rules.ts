import { alerts, type AlertScope } from './alerts';
import { dashboards } from './dashboards';

/** Everything that is asked of the metrics as one Prometheus rule file, so that Prometheus' own tools can judge it. */
export function ruleFile(scope: AlertScope) {
  const charts = dashboards(scope, 'prod').flatMap(({ json }) =>
    json.mosaicLayout.tiles.flatMap(({ widget }) =>
      'xyChart' in widget ? widget.xyChart.dataSets.map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery) : [],
    ),
  );
  return {
    groups: [
      {
        name: 'alerts',
        rules: alerts(scope).map(({ key, query, minutes, severity }) => ({
          alert: key,
          expr: query,
          for: `${minutes}m`,
          labels: { severity },
        })),
      },
      { name: 'charts', rules: charts.map((expr, index) => ({ record: `chart:${index}`, expr })) },
    ],
  };
}
