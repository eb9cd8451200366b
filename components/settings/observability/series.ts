import { metrics } from '@agent-factory/contract';
import { namespaces } from '../../types';

/** What every query needs to know. */
export interface Scope {
  /** Name of the cluster: several may report to one project. */
  cluster: string;
  /** Enabled agent types. */
  types: readonly string[];
}

type Matchers = Readonly<Record<string, string>>;

/** A selector of one of the factory's own series. A value that begins with `~` is a regular expression. */
export function own(scope: Scope, metric: keyof typeof metrics, matchers: Matchers = {}, suffix = ''): string {
  return select(`${metrics[metric].name}${suffix}`, {
    cluster: scope.cluster,
    namespace: namespaces.system,
    ...matchers,
  });
}

/** A selector of any series. */
export function select(name: string, matchers: Matchers): string {
  const parts = Object.entries(matchers).map(([label, value]) =>
    value.startsWith('~') ? `${label}=~"${value.slice(1)}"` : `${label}="${value}"`,
  );
  return `${name}{${parts.join(',')}}`;
}

/** Gauges of a type that every replica tells in full: the greatest is the newest. */
export function whole(scope: Scope, metric: keyof typeof metrics, matchers: Matchers = {}): string {
  return `max by (${metrics[metric].labels.join(', ')}) (${own(scope, metric, matchers)})`;
}

/** Rate a second of a counter over all replicas, by labels. */
export function rate(
  scope: Scope,
  metric: keyof typeof metrics,
  by: string,
  window: string,
  matchers: Matchers = {},
  suffix = '',
) {
  return `sum by (${by}) (rate(${own(scope, metric, matchers, suffix)}[${window}]))`;
}

/** Quantile of a histogram over all replicas, by labels. */
export function quantile(
  scope: Scope,
  metric: keyof typeof metrics,
  share: number,
  by: string,
  window: string,
  matchers: Matchers = {},
) {
  const labels = by === '' ? 'le' : `le, ${by}`;
  return `histogram_quantile(${share}, ${rate(scope, metric, labels, window, matchers, '_bucket')})`;
}

/** Share of a histogram's observations that were at most `bound` seconds; one of the histogram's own bounds. */
export function within(scope: Scope, metric: keyof typeof metrics, bound: number, window: string, matchers: Matchers) {
  const total = (labels: Matchers, suffix: string) => `sum(rate(${own(scope, metric, labels, suffix)}[${window}]))`;
  return `${total({ ...matchers, le: String(bound) }, '_bucket')} / ${total(matchers, '_count')}`;
}
