import { child, nameOf, numeral, text } from '../object';
import type { Rule } from './finding';

const most = { group: 20_000, version: 1000 };

/** APIService: its name, its priorities, and how its server is trusted. */
export const checkApiService: Rule = (object, report) => {
  const spec = child(object, 'spec');
  const expected = `${text(spec['version'])}.${text(spec['group'])}`;
  const known = [spec['version'], spec['group']].every((part) => typeof part === 'string');
  if (known && nameOf(object) !== expected) report('metadata.name', `must be <version>.<group>: ${expected}`);
  for (const field of ['group', 'version']) if (spec[field] === undefined) report(`spec.${field}`, 'is required');
  const [group, version] = [numeral(spec['groupPriorityMinimum']), numeral(spec['versionPriority'])];
  if (group !== undefined && (group < 1 || group > most.group))
    report('spec.groupPriorityMinimum', `must be between 1 and ${most.group}: ${group}`);
  if (version !== undefined && (version < 1 || version > most.version))
    report('spec.versionPriority', `must be between 1 and ${most.version}: ${version}`);
  if (spec['service'] === undefined) {
    for (const field of ['caBundle', 'insecureSkipTLSVerify'])
      if (spec[field] !== undefined) report(`spec.${field}`, 'is only for an API with a service');
    return;
  }
  for (const field of ['namespace', 'name']) {
    if (text(child(spec, 'service')[field]) === '' && typeof child(spec, 'service')[field] !== 'symbol')
      report(`spec.service.${field}`, 'is required');
  }
  if (spec['insecureSkipTLSVerify'] === true && spec['caBundle'] !== undefined)
    report('spec.insecureSkipTLSVerify', 'may not be true if caBundle is given');
};
