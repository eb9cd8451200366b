import type { KubeObject } from '../object';

/** One fault of an object: where (a property path of the program's input) and what, with what to write instead. */
export interface Finding {
  path: string;
  message: string;
}

/** Reports a fault. */
export type Report = (path: string, message: string) => void;

/** Checks one object by itself. What a preview does not know yet must not be reported. */
export type Rule = (object: KubeObject, report: Report) => void;

/** Collects what a check reports. */
export function collect(check: (report: Report) => void): Finding[] {
  const findings: Finding[] = [];
  check((path, message) => findings.push({ path, message }));
  return findings;
}
