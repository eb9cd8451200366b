const longest = 500;

/** Looks of keys that providers may repeat in an error. */
const keyPatterns = [
  /\bBearer\s+[^\s"',]+/gi,
  /\b(?:sk|pk|rk)-[A-Za-z0-9_*.-]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{10,}/g,
  /\bya29\.[A-Za-z0-9._-]+/g,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  /([?&](?:key|api_key|access_token)=)[^&\s"']+/gi,
];

/** A provider's own words, made fit to pass on: without keys and control characters, in one line, at most 500 characters. */
export function scrub(text: string, keys: readonly string[]): string {
  // keys first: a bound that cut one in two would let its first half through
  const withoutKeys = keys
    .reduce((rest, key) => (key === '' ? rest : rest.replaceAll(key, '[key]')), text)
    .slice(0, 20_000);
  const withoutLooks = keyPatterns.reduce(
    (rest, pattern) =>
      rest.replace(pattern, (_match, prefix: unknown) => `${typeof prefix === 'string' ? prefix : ''}[key]`),
    withoutKeys,
  );
  const oneLine = withoutLooks.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return oneLine.length > longest ? `${oneLine.slice(0, longest - 1)}…` : oneLine;
}
