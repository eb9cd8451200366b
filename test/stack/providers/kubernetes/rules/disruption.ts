import { child } from '../object';
import type { Rule } from './finding';
import { checkSelector } from './selector';
import { checkShare } from './workloads';

/** PodDisruptionBudget: one of the two bounds. */
export const checkDisruptionBudget: Rule = (object, report) => {
  const spec = child(object, 'spec');
  if (spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined) {
    report('spec', 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const bound of ['minAvailable', 'maxUnavailable']) checkShare(spec[bound], `spec.${bound}`, report);
  checkSelector(spec['selector'], 'spec.selector', report);
};
