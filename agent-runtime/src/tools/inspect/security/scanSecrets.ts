import type { FileEntry } from '../core/fileIndex';
import { LineCounter } from '../core/mask';
import { assignmentRule, secretRules, type SecretRule } from './secretRules';

/** One secret in one file. Holds no part of it but a redacted prefix of at most four characters. */
export interface SecretHit {
  rule: SecretRule;
  line: number;
  /** At most four characters and `…`; empty when nothing may be shown. */
  redacted: string;
  /** Compared, never shown. */
  fingerprint: string;
}

const maxPerFile = 50;

/** Every secret of known form in a text. With `assignments`, random-looking values of secret-like names too. */
export function scanSecrets(text: string, assignments: boolean): SecretHit[] {
  const hits: SecretHit[] = [];
  const taken: [number, number][] = [];
  for (const rule of assignments ? [...secretRules, assignmentRule] : secretRules) {
    if (!rule.near.some((word) => text.includes(word))) continue;
    if (rule.rule === 'secret-gcp-service-account' && !/"type"[ \t]{0,5}:[ \t]{0,5}"service_account"/.test(text))
      continue;
    const lines = new LineCounter(text);
    for (const match of text.matchAll(rule.pattern)) {
      if (hits.length >= maxPerFile) return hits;
      const secret = rule === assignmentRule ? (match[2] ?? '') : (match[1] ?? match[0]);
      const start = match.index;
      const end = start + match[0].length;
      if (rule.accept && !rule.accept(secret, match[0])) continue;
      if (taken.some(([from, to]) => start < to && from < end)) continue;
      taken.push([start, end]);
      const shown = secret.slice(0, Math.min(4, rule.shown ?? 4));
      hits.push({
        rule,
        line: lines.lineOf(start + match[0].indexOf(secret)),
        redacted: shown === '' ? '' : `${shown}…`,
        fingerprint: match[0],
      });
    }
  }
  return hits;
}

/** Whether names and folders say that what looks like a secret there is made up. */
export function isPractice(file: FileEntry): boolean {
  return (
    file.test ||
    file.example ||
    /(?:^|[._-])(?:test|tests|spec|mock|mocks|fake|fixture|example|sample|dummy|snakeoil)(?:[._-]|$)/i.test(
      file.name,
    ) ||
    ['md', 'rst', 'adoc', 'mdx'].includes(file.ext)
  );
}
