import { itemPath, type ValueObject } from '../../shared/values';
import { child, objects, text } from '../object';
import type { Report, Rule } from './finding';
import { checkPort } from './port';
import { checkSelector } from './selector';

// What Managed Prometheus' CRDs say in CEL, and what its admission webhooks refuse.
const protectedLabels = [
  'project_id',
  'location',
  'cluster',
  'namespace',
  'job',
  'instance',
  'top_level_controller',
  'top_level_controller_type',
  '__address__',
];

const seconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** A Prometheus duration in seconds; undefined when it is not one. */
function duration(value: string): number | undefined {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (seconds[unit ?? ''] ?? 0),
    0,
  );
}

function checkEndpoint(endpoint: ValueObject, path: string, report: Report): void {
  const [interval, timeout] = [duration(text(endpoint['interval'])), duration(text(endpoint['timeout']))];
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    report(
      `${path}.timeout`,
      `scrape timeout must not be greater than scrape interval (${text(endpoint['interval'])})`,
    );
  }
  if (text(endpoint['interval']) !== '' && interval === undefined)
    report(`${path}.interval`, 'must be a Prometheus duration such as 30s');
  checkPort(endpoint['port'], `${path}.port`, report);
  const credentials = ['authorization', 'basicAuth', 'oauth2'].filter((field) => endpoint[field] !== undefined);
  if (credentials.length > 1) report(path, `only one of ${credentials.join(', ')} may be given`);
  objects(endpoint['metricRelabeling']).forEach((relabeling, index) => {
    const at = itemPath(`${path}.metricRelabeling`, index);
    if (protectedLabels.includes(text(relabeling['targetLabel'])))
      report(`${at}.targetLabel`, `cannot relabel onto protected label "${text(relabeling['targetLabel'])}"`);
  });
}

/** PodMonitoring and ClusterPodMonitoring: endpoints and labels. */
export const checkPodMonitoring: Rule = (object, report) => {
  const spec = child(object, 'spec');
  checkSelector(spec['selector'], 'spec.selector', report);
  objects(spec['endpoints']).forEach((endpoint, index) =>
    checkEndpoint(endpoint, itemPath('spec.endpoints', index), report),
  );
  objects(child(spec, 'targetLabels')['fromPod']).forEach((mapping, index) => {
    const to = text(mapping['to']) || text(mapping['from']);
    if (protectedLabels.includes(to))
      report(`${itemPath('spec.targetLabels.fromPod', index)}.to`, `cannot relabel onto protected label "${to}"`);
  });
};

/** Rules, ClusterRules, GlobalRules: groups of rules that each alert or record. */
export const checkPrometheusRules: Rule = (object, report) => {
  const groups = objects(child(object, 'spec')['groups']);
  groups.forEach((group, index) => {
    const at = itemPath('spec.groups', index);
    if (groups.slice(0, index).some((other) => other['name'] === group['name']))
      report(`${at}.name`, `${JSON.stringify(group['name'])} is used by another group`);
    if (text(group['interval']) !== '' && duration(text(group['interval'])) === undefined)
      report(`${at}.interval`, 'must be a Prometheus duration such as 30s');
    objects(group['rules']).forEach((rule, position) => {
      const where = itemPath(`${at}.rules`, position);
      if ((rule['alert'] === undefined) === (rule['record'] === undefined))
        report(where, 'must have exactly one of alert and record');
      for (const field of ['for', 'annotations']) {
        if (rule['record'] !== undefined && rule[field] !== undefined)
          report(`${where}.${field}`, 'is only for alerts');
      }
      if (text(rule['for']) !== '' && duration(text(rule['for'])) === undefined)
        report(`${where}.for`, 'must be a Prometheus duration such as 5m');
    });
  });
};
