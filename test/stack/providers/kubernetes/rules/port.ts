import type { Value } from '../../shared/values';
import { numeral } from '../object';
import type { Report } from './finding';

/** A port's number, where there is one: 1 to 65535. */
export function checkPort(value: Value | undefined, path: string, report: Report): void {
  const port = numeral(value);
  if (port !== undefined && (port < 1 || port > 65535)) report(path, `must be between 1 and 65535: ${port}`);
}
