import { secretRules } from '../security/secretRules';

const urlPassword = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,100}:?[^\s/@]{0,200}@/gi;

const assignedSecret = /\b(\w{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)\w{0,20}=)(?![$%{])[^\s"'&;]{3,200}/gi;

/** Text for a section without what looks like a secret: tokens of known form, the user part of addresses, and values of variables such as `DB_PASSWORD=`. */
export function redact(text: string): string {
  let safe = text.includes('://') && text.includes('@') ? text.replace(urlPassword, '$1') : text;
  if (safe.includes('=')) safe = safe.replace(assignedSecret, '$1[redacted]');
  for (const { near, pattern, rule } of secretRules)
    if (rule !== 'secret-in-url' && near.some((word) => safe.includes(word)))
      safe = safe.replace(pattern, '[redacted]');
  return safe;
}
