import type { ValueObject } from '../../shared/values';
import { lacks, fail, has, text } from '../checks';
import { digits } from '../scope';

/** A zone goes with mode SINGLE_ZONE only. */
export function singleZone(inputs: ValueObject) {
  const mode = text(inputs, 'zoneDistributionConfig.mode');
  if (mode === 'SINGLE_ZONE' && lacks(inputs, 'zoneDistributionConfig.zone'))
    return fail('zoneDistributionConfig.zone', 'is required with mode SINGLE_ZONE');
  return mode === 'MULTI_ZONE' && has(inputs, 'zoneDistributionConfig.zone')
    ? fail('zoneDistributionConfig.zone', 'only with mode SINGLE_ZONE')
    : [];
}

/** A private address that is always the same for the same thing. */
export function pscAddress(id: string): string {
  const number = Number(digits(id, 5));
  return `10.${number % 256}.${(number >> 4) % 256}.${2 + (number % 250)}`;
}
