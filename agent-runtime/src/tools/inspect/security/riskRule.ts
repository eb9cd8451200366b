import type { Severity } from '@agent-factory/contract';

/** A pattern of code that is often dangerous. Tried on one line at a time, comments blanked, at most 1,000 characters. */
export interface RiskRule {
  rule: string;
  severity: Severity;
  /** Lower-case extensions. */
  exts: ReadonlySet<string>;
  pattern: RegExp;
  /** Lines that match this are fine. */
  unless?: RegExp;
  /** The file must hold this word. */
  needs?: string;
  title: string;
  advice: string;
}

/** A set of the words of a text. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** What several languages' rules advise. */
export const advice = {
  hash: 'MD5 and SHA-1 no longer resist collisions: use SHA-256 where it protects something; for passwords use argon2, scrypt or bcrypt.',
  tls: 'Anyone on the way can read and change the traffic: verify certificates, and trust a private authority explicitly.',
  shell: 'Pass a list of arguments without a shell, or quote what comes from outside.',
  sql: 'Use parameters of the driver; names of tables and columns only from a fixed list.',
} as const;

/** The beginning of an SQL statement, as the source of a pattern. */
export const sqlWord = '(?:SELECT\\s|INSERT\\s+INTO\\s|UPDATE\\s+\\S+\\s+SET\\s|DELETE\\s+FROM\\s)';
