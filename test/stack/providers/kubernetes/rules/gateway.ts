import { itemPath, type ValueObject } from '../../shared/values';
import { child, list, numeral, objects, strings, text, type KubeObject } from '../object';
import { bare } from '../schema/text';
import type { Report, Rule } from './finding';

// What the Gateway API's CRDs say in CEL (x-kubernetes-validations), as rules of ours.

function listenerKey(listener: ValueObject): string {
  return ['port', 'protocol', 'hostname'].map((field) => bare(listener[field] ?? '')).join(' ');
}

/** Gateway: listeners that can be told apart, TLS where it belongs. */
export const checkGateway: Rule = (object, report) => {
  const listeners = objects(child(object, 'spec')['listeners']);
  // GKE reads certificates from annotations as well (networking.gke.io/certmap, pre-shared-certs options).
  const certificatesElsewhere = Object.keys(strings(child(object, 'metadata')['annotations'])).some((key) =>
    key.startsWith('networking.gke.io/'),
  );
  listeners.forEach((listener, index) => {
    const at = itemPath('spec.listeners', index);
    const before = listeners.slice(0, index);
    if (before.some((other) => other['name'] === listener['name']))
      report(`${at}.name`, 'Listener name must be unique within the Gateway');
    if (before.some((other) => listenerKey(other) === listenerKey(listener)))
      report(at, 'Combination of port, protocol and hostname must be unique for each listener');
    const protocol = text(listener['protocol']);
    if (listener['tls'] !== undefined && ['HTTP', 'TCP', 'UDP'].includes(protocol))
      report(`${at}.tls`, `must not be specified for protocol ${protocol}`);
    if (listener['tls'] === undefined && ['HTTPS', 'TLS'].includes(protocol) && !certificatesElsewhere)
      report(`${at}.tls`, `is required for protocol ${protocol}`);
    const tls = child(listener, 'tls');
    if (protocol === 'HTTPS' && tls['mode'] === 'Passthrough')
      report(`${at}.tls.mode`, 'must be Terminate for protocol HTTPS');
    const terminates = (tls['mode'] ?? 'Terminate') === 'Terminate' && listener['tls'] !== undefined;
    if (terminates && list(tls['certificateRefs']).length === 0 && Object.keys(child(tls, 'options')).length === 0) {
      report(`${at}.tls`, 'certificateRefs or options must be specified when mode is Terminate');
    }
  });
};

const filters: Record<string, string> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};

const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A Gateway API duration in milliseconds: `1h30m`, `500ms`. */
function milliseconds(value: string): number {
  return [...value.matchAll(/(\d+)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  );
}

function checkTimeouts(rule: ValueObject, path: string, report: Report): void {
  const timeouts = child(rule, 'timeouts');
  const [request, backend] = [text(timeouts['request']), text(timeouts['backendRequest'])];
  if (request === '' || backend === '' || milliseconds(request) === 0) return;
  if (milliseconds(backend) > milliseconds(request))
    report(`${path}.timeouts.backendRequest`, `cannot be longer than request (${request}): ${backend}`);
}

function checkBackends(rule: ValueObject, path: string, report: Report): void {
  objects(rule['backendRefs']).forEach((backend, index) => {
    const at = itemPath(`${path}.backendRefs`, index);
    const isService = (backend['kind'] ?? 'Service') === 'Service' && (backend['group'] ?? '') === '';
    if (isService && numeral(backend['port']) === undefined && typeof backend['port'] !== 'symbol')
      report(`${at}.port`, 'Must have port for Service reference');
  });
  const redirects = objects(rule['filters']).some((filter) => filter['type'] === 'RequestRedirect');
  if (redirects && list(rule['backendRefs']).length > 0)
    report(`${path}.backendRefs`, 'must be left out with a RequestRedirect filter');
}

function checkFilters(rule: ValueObject, path: string, report: Report): void {
  objects(rule['filters']).forEach((filter, index) => {
    const at = itemPath(`${path}.filters`, index);
    const field = filters[text(filter['type'])];
    for (const [type, other] of Object.entries(filters)) {
      if (filter[other] !== undefined && other !== field)
        report(`${at}.${other}`, `is for type ${type}, not ${text(filter['type'])}`);
    }
    if (field !== undefined && filter[field] === undefined)
      report(`${at}.${field}`, `must be specified for type ${text(filter['type'])}`);
  });
}

function checkMatches(rule: ValueObject, path: string, report: Report): void {
  objects(rule['matches']).forEach((match, index) => {
    const at = `${itemPath(`${path}.matches`, index)}.path`;
    const { value } = child(match, 'path');
    if (typeof value !== 'string' || child(match, 'path')['type'] === 'RegularExpression') return;
    if (!value.startsWith('/')) report(`${at}.value`, "must be an absolute path and start with '/'");
    if (/\/\/|\/\.\/|\/\.\.\/|%2f|%2F|#/.test(value))
      report(`${at}.value`, "must not contain '//', '/./', '/../', '%2f' or '#'");
  });
}

function checkRoute(object: KubeObject, http: boolean, report: Report): void {
  objects(child(object, 'spec')['rules']).forEach((rule, index) => {
    const at = itemPath('spec.rules', index);
    checkBackends(rule, at, report);
    checkFilters(rule, at, report);
    if (!http) return;
    checkTimeouts(rule, at, report);
    checkMatches(rule, at, report);
  });
}

/** HTTPRoute: paths, filters, timeouts, backends. */
export const checkHttpRoute: Rule = (object, report) => checkRoute(object, true, report);
/** GRPCRoute: filters, backends. */
export const checkGrpcRoute: Rule = (object, report) => checkRoute(object, false, report);
