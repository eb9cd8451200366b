import { itemPath, type Value } from '../../shared/values';
import { child, groupKind, gvkOf, numeral, objects, strings, text, type KubeObject } from '../object';
import { dnsLabel, dnsSubdomain } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import type { Report, Rule } from './finding';
import { checkLabels, checkMetadata } from './metadata';
import { checkPodSpec } from './pod';
import { podOf, podPath } from './podTemplate';
import { checkSelector, isEmptySelector, selects } from './selector';

/** The pods of any workload. */
export const checkPods: Rule = (object, report) => {
  const found = podOf(object);
  if (found === undefined) return;
  const { pod, path } = found;
  if (path !== '') checkMetadata(pod, podPath(path, 'metadata'), report);
  const claims = objects(child(object, 'spec')['volumeClaimTemplates']).map((claim) =>
    text(child(claim, 'metadata')['name']),
  );
  checkPodSpec(child(pod, 'spec'), podPath(path, 'spec'), report, claims);
};

function nonNegative(object: KubeObject, fields: readonly string[], report: Report): void {
  const spec = child(object, 'spec');
  for (const field of fields) {
    if ((numeral(spec[field]) ?? 0) < 0) report(`spec.${field}`, 'must not be negative');
  }
}

/** Deployment, StatefulSet, DaemonSet, ReplicaSet: the selector must select the template; pods always restart. */
export const checkReplicated: Rule = (object, report) => {
  const spec = child(object, 'spec');
  const selector = spec['selector'];
  if (selector !== undefined) {
    checkSelector(selector, 'spec.selector', report);
    if (isEmptySelector(selector)) report('spec.selector', 'an empty selector is not allowed');
    const labels = child(spec, 'template', 'metadata')['labels'];
    if (!isEmptySelector(selector) && selects(selector, labels) === false) {
      report('spec.template.metadata.labels', `\`selector\` does not match template \`labels\``);
    }
  }
  const restart = text(child(spec, 'template', 'spec')['restartPolicy']);
  if (restart !== '' && restart !== 'Always') {
    report('spec.template.spec.restartPolicy', `must be Always for a ${text(object['kind'])}: ${restart}`);
  }
  nonNegative(object, ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], report);
  const [deadline, ready] = [numeral(spec['progressDeadlineSeconds']), numeral(spec['minReadySeconds'])];
  if ((deadline ?? 600) <= (ready ?? 0)) report('spec.progressDeadlineSeconds', 'must be greater than minReadySeconds');
  checkStrategy(object, report);
};

/** A count or a percentage; undefined when it is neither, or unknown. */
function share(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(text(value));
  return percent === null ? undefined : Number(percent[1]);
}

/** `maxUnavailable` and its like: a count, or a percentage up to 100 %. */
export function checkShare(value: Value | undefined, path: string, report: Report): void {
  const part = share(value);
  if (typeof value === 'string' && part === undefined)
    report(path, `${JSON.stringify(value)} must be a count or a percentage such as 25%`);
  if (part !== undefined && part < 0) report(path, 'must not be negative');
  if (typeof value === 'string' && (part ?? 0) > 100) report(path, 'must not be greater than 100%');
}

function checkStrategy(object: KubeObject, report: Report): void {
  const field = groupKind(gvkOf(object)) === 'apps/Deployment' ? 'strategy' : 'updateStrategy';
  const strategy = child(object, 'spec', field);
  const rolling = child(strategy, 'rollingUpdate');
  if (strategy['rollingUpdate'] !== undefined && (strategy['type'] ?? 'RollingUpdate') !== 'RollingUpdate') {
    report(`spec.${field}.rollingUpdate`, `may not be given when type is ${text(strategy['type'])}`);
  }
  for (const part of ['maxSurge', 'maxUnavailable'])
    checkShare(rolling[part], `spec.${field}.rollingUpdate.${part}`, report);
  if (field === 'strategy' && share(rolling['maxSurge']) === 0 && share(rolling['maxUnavailable']) === 0) {
    report('spec.strategy.rollingUpdate.maxUnavailable', 'may not be 0 when maxSurge is 0');
  }
}

/** StatefulSet: its Service's name, and its claims. */
export const checkClaimTemplates: Rule = (object, report) => {
  const service = text(child(object, 'spec')['serviceName']);
  const wrongService = service === '' ? undefined : dnsLabel(service);
  if (wrongService !== undefined) report('spec.serviceName', wrongService);
  const claims = objects(child(object, 'spec')['volumeClaimTemplates']);
  claims.forEach((claim, index) => {
    const at = itemPath('spec.volumeClaimTemplates', index);
    checkLabels(strings(child(claim, 'metadata')['labels']), `${at}.metadata.labels`, report);
    const name = text(child(claim, 'metadata')['name']);
    const wrong = name === '' ? 'is required' : dnsLabel(name);
    if (wrong !== undefined) report(`${at}.metadata.name`, wrong);
    checkClaim(claim, at, report);
  });
};

/** `spec` of a claim: how it is used, and how much it asks for. */
export function checkClaim(claim: KubeObject, path: string, report: Report): void {
  const spec = child(claim, 'spec');
  const at = path === '' ? 'spec' : `${path}.spec`;
  if (!Array.isArray(spec['accessModes']) || spec['accessModes'].length === 0)
    report(`${at}.accessModes`, 'at least one access mode is required');
  const { storage } = child(spec, 'resources', 'requests');
  if (storage === undefined) report(`${at}.resources.requests.storage`, 'is required');
  if ((parseQuantity(storage)?.nano ?? 1n) <= 0n)
    report(`${at}.resources.requests.storage`, 'must be greater than zero');
  const wrong = text(spec['storageClassName']) === '' ? undefined : dnsSubdomain(text(spec['storageClassName']));
  if (wrong !== undefined) report(`${at}.storageClassName`, wrong);
}

/** Job: pods that end. */
export const checkJob: Rule = (object, report) => {
  const restart = text(child(object, 'spec', 'template', 'spec')['restartPolicy']);
  if (restart !== 'OnFailure' && restart !== 'Never') {
    report('spec.template.spec.restartPolicy', 'must be OnFailure or Never for a Job');
  }
  nonNegative(
    object,
    ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished'],
    report,
  );
  const spec = child(object, 'spec');
  if (spec['selector'] !== undefined && spec['manualSelector'] !== true) {
    report('spec.selector', 'is made by the API server: leave it out');
  }
  if (spec['completionMode'] === 'Indexed' && spec['completions'] === undefined)
    report('spec.completions', 'is required with completionMode Indexed');
};

const cronField = /^(\*|\?|[\dA-Za-z]+(-[\dA-Za-z]+)?)(\/\d+)?(,(\*|[\dA-Za-z]+(-[\dA-Za-z]+)?)(\/\d+)?)*$/;
const cronWord = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually|every \d.*)$/;

/** CronJob: its schedule, and the pods of its jobs. */
export const checkCronJob: Rule = (object, report) => {
  const schedule = text(child(object, 'spec')['schedule']);
  if (schedule !== '' && !cronWord.test(schedule)) {
    const fields = schedule.split(/\s+/);
    if (fields.length !== 5 || !fields.every((field) => cronField.test(field))) {
      report('spec.schedule', `${JSON.stringify(schedule)} must be five cron fields such as "0 3 * * *"`);
    }
    if (/TZ=/.test(schedule)) report('spec.schedule', 'may not name a time zone: use spec.timeZone');
  }
  const restart = text(child(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')['restartPolicy']);
  if (restart !== 'OnFailure' && restart !== 'Never') {
    report('spec.jobTemplate.spec.template.spec.restartPolicy', 'must be OnFailure or Never for a Job');
  }
};
