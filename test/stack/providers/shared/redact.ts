import type { Failure } from './provider';
import { at, visit, type Marked } from './values';

/** A text in which no secret of the tree appears. */
export function redact(text: string, marked: Marked): string {
  return secretTexts(marked).reduce((result, secret) => result.replaceAll(secret, '[secret]'), text);
}

/** Failures whose reasons show no secret. */
export function redactFailures(failures: readonly Failure[], marked: Marked): Failure[] {
  return failures.map((failure) => ({ property: failure.property, reason: redact(failure.reason, marked) }));
}

function secretTexts(marked: Marked): string[] {
  const texts: string[] = [];
  for (const path of marked.secrets) {
    const value = at(marked.value, path);
    if (value === undefined) continue;
    visit(value, path, (part) => {
      if ((typeof part === 'string' && part !== '') || typeof part === 'number') texts.push(String(part));
    });
  }
  // The longest first, so that a secret inside another leaves no rest.
  return texts.sort((left, right) => right.length - left.length);
}
