/** A chart of one or more PromQL queries. */
export interface Chart {
  title: string;
  queries: readonly { query: string; legend?: string }[];
  /** UCUM unit, such as s, By or 10^2.%. Defaults to none. */
  unit?: string;
  stacked?: boolean;
}

/** A row of charts under a heading. */
export interface Row {
  title: string;
  charts: readonly Chart[];
}

const columns = 48;
const headingHeight = 4;
const chartHeight = 16;

/** Dashboard of Cloud Monitoring, one row under the other, as the JSON that its API takes. */
export function dashboard(displayName: string, rows: readonly Row[], labels: readonly string[]) {
  const tiles = rows.flatMap(({ title, charts }, index) => {
    const yPos = index * (headingHeight + chartHeight);
    const width = Math.floor(columns / charts.length);
    return [
      {
        xPos: 0,
        yPos,
        width: columns,
        height: headingHeight,
        widget: { title, sectionHeader: { subtitle: '', dividerBelow: false } },
      },
      ...charts.map((chart, place) => ({
        xPos: place * width,
        yPos: yPos + headingHeight,
        width,
        height: chartHeight,
        widget: widget(chart),
      })),
    ];
  });
  return {
    displayName,
    labels: Object.fromEntries(labels.map((label) => [label, ''])),
    mosaicLayout: { columns, tiles },
  };
}

function widget({ title, queries, unit, stacked = false }: Chart) {
  return {
    title,
    xyChart: {
      dataSets: queries.map(({ query, legend }) => ({
        plotType: stacked ? 'STACKED_AREA' : 'LINE',
        targetAxis: 'Y1',
        ...(legend !== undefined && { legendTemplate: legend }),
        timeSeriesQuery: { prometheusQuery: query, ...(unit !== undefined && { unitOverride: unit }) },
      })),
      yAxis: { label: '', scale: 'LINEAR' },
    },
  };
}
