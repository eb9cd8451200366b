import { memberPath } from '../../shared/values';
import { child, text, type KubeObject } from '../object';
import { configKey, dnsLabel } from '../schema/names';
import type { Report, Rule } from './finding';

const largestBytes = 1024 * 1024;

function checkKeys(object: KubeObject, fields: readonly string[], report: Report): void {
  let size = 0;
  const seen = new Set<string>();
  for (const field of fields) {
    for (const [key, value] of Object.entries(child(object, field))) {
      const wrong = configKey(key);
      if (wrong !== undefined) report(memberPath(field, key), wrong);
      if (seen.has(key) && field === 'binaryData') report(memberPath(field, key), 'is in data as well');
      seen.add(key);
      size += text(value).length;
    }
  }
  if (size > largestBytes) report(fields[0] ?? '', `must be at most ${largestBytes} bytes (it has ${size})`);
}

/** ConfigMap: keys and size. */
export const checkConfigMap: Rule = (object, report) => checkKeys(object, ['data', 'binaryData'], report);

// Types of Secret and the keys that they must have (pkg/apis/core/validation).
const requiredKeys: Record<string, string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Secret: keys, size, and the keys that its type must have. */
export const checkSecret: Rule = (object, report) => {
  checkKeys(object, ['data', 'stringData'], report);
  const has = new Set(['data', 'stringData'].flatMap((field) => Object.keys(child(object, field))));
  const known = ['data', 'stringData'].every((field) => typeof object[field] !== 'symbol');
  for (const key of requiredKeys[text(object['type'])] ?? []) {
    if (known && !has.has(key)) report(memberPath('data', key), `is required for type ${text(object['type'])}`);
  }
};

/** PriorityClass: its value and its name. */
export const checkPriorityClass: Rule = (object, report) => {
  const value = object['value'];
  if (typeof value === 'number' && value > 1_000_000_000)
    report('value', 'must be at most 1000000000: more is for the system');
  if (text(child(object, 'metadata')['name']).startsWith('system-'))
    report('metadata.name', 'the prefix system- is reserved');
};

/** RuntimeClass: its handler. */
export const checkRuntimeClass: Rule = (object, report) => {
  const wrong = text(object['handler']) === '' ? undefined : dnsLabel(text(object['handler']));
  if (wrong !== undefined) report('handler', wrong);
};
