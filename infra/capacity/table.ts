import type { CapacityReport, Span } from './report';

/** The report as Markdown, for a pull request and a terminal. */
export function capacityTable(report: CapacityReport): string {
  const { environment, currency, prices, pools, agents, services, monthly, warnings } = report;
  const money = ({ idle, peak }: Span): string => (idle === peak ? amount(idle) : `${amount(idle)} to ${amount(peak)}`);
  const amount = (value: number): string => Math.round(value).toLocaleString('en-US');
  const pair = ({ idle, peak }: Span): string => (idle === peak ? `${idle}` : `${idle} to ${peak}`);
  const percent = ({ idle, peak }: Span): string => `${Math.round(idle * 100)} to ${Math.round(peak * 100)} %`;
  return [
    `### Capacity and cost: ${environment}`,
    '',
    ...warnings.map((warning) => `> **Warning** ${warning}`),
    ...(warnings.length > 0 ? [''] : []),
    table(
      ['pool', 'machine', 'nodes', 'at most', 'CPU asked for', 'memory asked for', 'used', `${currency} a month`],
      pools.map((pool) => [
        pool.tier,
        pool.machineType,
        pair(pool.nodes),
        `${pool.maxNodes}`,
        pair(pool.requested.cores),
        `${pair(pool.requested.memoryGiB)} GiB`,
        percent(pool.used),
        money(pool.monthly),
      ]),
    ),
    '',
    table(
      ['agent type (its part of its pool, idle room included)', 'replicas', `${currency} a month`],
      agents.map(({ type, replicas, monthly: own }) => [type, pair(replicas), money(own)]),
    ),
    '',
    table(
      ['service', `${currency} a month`],
      services.map(({ name, monthly: own }) => [name, amount(own)]),
    ),
    '',
    `**${money(monthly)} ${currency} a month**, at rest and with every type at its maximum. Prices of ${prices.date}: ${prices.basis}` +
      `${prices.confirmed ? '' : ', not confirmed against a bill'}${prices.overridden.length === 0 ? '' : `; from the configuration: ${prices.overridden.join(', ')}`}.`,
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
