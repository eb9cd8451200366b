import { Buffer } from 'node:buffer';
import type { Severity } from '@agent-factory/contract';

/** A well-known form of secret. `pattern` is global; its group 1, or else the whole match, is the secret. */
export interface SecretRule {
  rule: string;
  name: string;
  severity: Severity;
  /** The pattern can only match where one of these stands (case as written). */
  near: string[];
  pattern: RegExp;
  /** False for matches that are known not to be secrets. */
  accept?: (secret: string, whole: string) => boolean;
  /** Characters of the secret that may be shown, default 4. */
  shown?: number;
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

const notReal =
  /example|sample|dummy|fake|placeholder|changeme|change[-_]me|your[-_]|x{4,}|\*{3,}|\.{3,}|0{8,}|1234567|abcdef(?!\d)|redacted|deadbeef|insert|replace|secret_?here|todo|foobar|notreal|not[-_]a|testing/i;

const random = (secret: string): boolean => !notReal.test(secret) && entropy(secret) >= 3;

const placeholders = new Set(
  'password passwd pass pwd secret token user username admin root guest test testing changeme example foo bar baz qux hunter2 postgres mysql redis mongo rabbitmq minio db dbpass dbuser default none null empty pw p mypassword yourpassword letmein s3cr3t pass123 123456 12345 1234 123 abc abc123 key hello world me you my name myuser mypass some any api apikey basic auth login x xx xxx'.split(
    ' ',
  ),
);

function realUrlPassword(secret: string, whole: string): boolean {
  const host = whole.slice(whole.lastIndexOf('@') + 1).toLowerCase();
  const user = whole.slice(whole.indexOf('://') + 3).split(':', 1)[0] ?? '';
  if (
    /^(?:localhost|127\.|0\.0\.0\.0|host|example|domain|server|\[?::1)|(?:^|\.)(?:example|test|local|invalid|localhost)(?:$|[.:])/.test(
      host,
    )
  )
    return false;
  if (placeholders.has(secret.toLowerCase()) || notReal.test(secret) || secret.toLowerCase() === user.toLowerCase())
    return false;
  if (/^[$%{<[(#:]|[$<>{}]|^%|\$\(|pass(?:word|wd)?$|^pass|secret$|token$/i.test(secret)) return false;
  return secret.length >= 6 && /\d/.test(secret) && /[a-z]/i.test(secret);
}

function realJwt(token: string): boolean {
  const [head = '', body = ''] = token.split('.');
  try {
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    if (typeof header !== 'object' || header === null || !('alg' in header) || header.alg === 'none') return false;
    return !/1234567890|John Doe|example/i.test(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return false;
  }
}

export const secretRules: SecretRule[] = [
  {
    rule: 'secret-aws-access-key',
    name: 'AWS access key id',
    severity: 'high',
    near: ['AKIA', 'ASIA'],
    pattern: /\b((?:AKIA|ASIA)[0-9A-Z]{16})\b/g,
    accept: random,
  },
  {
    rule: 'secret-aws-secret-key',
    name: 'AWS secret access key',
    severity: 'critical',
    near: ['ecret', 'ECRET'],
    pattern:
      /\baws_?(?:secret)?_?(?:access)?_?(?:secret)?_?key["']?[ \t]{0,5}[:=][ \t]{0,5}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    accept: (secret) => random(secret) && entropy(secret) > 4,
    shown: 2,
  },
  {
    rule: 'secret-gcp-service-account',
    name: 'Google Cloud service account key',
    severity: 'critical',
    near: ['service_account'],
    pattern: /"private_key"[ \t]{0,5}:[ \t\n]{0,5}"(-----BEGIN PRIVATE KEY-----\\n[A-Za-z0-9+/]{40,64})/g,
    shown: 0,
  },
  {
    rule: 'secret-google-api-key',
    name: 'Google API key',
    severity: 'medium',
    near: ['AIza'],
    pattern: /\b(AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])/g,
    accept: random,
  },
  {
    rule: 'secret-google-oauth',
    name: 'Google OAuth client secret',
    severity: 'high',
    near: ['GOCSPX-'],
    pattern: /\b(GOCSPX-[\w-]{28})(?![\w-])/g,
    accept: random,
  },
  {
    rule: 'secret-github-token',
    name: 'GitHub token',
    severity: 'critical',
    near: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?!\w)/g,
    accept: random,
  },
  {
    rule: 'secret-gitlab-token',
    name: 'GitLab token',
    severity: 'critical',
    near: ['glpat-'],
    pattern: /\b(glpat-[\w-]{20})(?![\w-])/g,
    accept: random,
  },
  {
    rule: 'secret-slack-token',
    name: 'Slack token',
    severity: 'critical',
    near: ['xox'],
    pattern: /\b(xox[abeoprs]-\d{6,14}-[\w-]{10,200})/g,
    accept: random,
  },
  {
    rule: 'secret-slack-webhook',
    name: 'Slack webhook address',
    severity: 'high',
    near: ['hooks.slack.com'],
    pattern: /hooks\.slack\.com\/(services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/[A-Za-z0-9]{24})\b/g,
    accept: random,
  },
  {
    rule: 'secret-stripe-key',
    name: 'Stripe live key',
    severity: 'critical',
    near: ['k_live_'],
    pattern: /\b([sr]k_live_[0-9a-zA-Z]{24,120})\b/g,
    accept: random,
  },
  {
    rule: 'secret-stripe-test-key',
    name: 'Stripe test key',
    severity: 'low',
    near: ['k_test_'],
    pattern: /\b([sr]k_test_[0-9a-zA-Z]{24,120})\b/g,
    accept: random,
  },
  {
    rule: 'secret-openai-key',
    name: 'OpenAI key',
    severity: 'critical',
    near: ['sk-'],
    pattern: /\b(sk-(?:proj|svcacct|admin)-[\w-]{40,200}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})(?![\w-])/g,
    accept: random,
  },
  {
    rule: 'secret-anthropic-key',
    name: 'Anthropic key',
    severity: 'critical',
    near: ['sk-ant-'],
    pattern: /\b(sk-ant-[a-z]{3,8}\d\d-[\w-]{60,200})/g,
    accept: random,
  },
  {
    rule: 'secret-private-key',
    name: 'Private key',
    severity: 'critical',
    near: ['PRIVATE KEY'],
    pattern:
      /-----BEGIN ((?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY|PGP PRIVATE KEY BLOCK)-----(?:\n|\\n|\\r\\n)(?:[A-Za-z-]{1,30}: [^\n]{1,100}\n){0,5}\n?[ \t"']{0,20}[A-Za-z0-9+/]{40}/g,
    shown: 0,
  },
  {
    rule: 'secret-encrypted-private-key',
    name: 'Encrypted private key',
    severity: 'medium',
    near: ['ENCRYPTED PRIVATE KEY'],
    pattern: /-----BEGIN (ENCRYPTED PRIVATE KEY)-----\n[A-Za-z0-9+/]{40}/g,
    shown: 0,
  },
  {
    rule: 'secret-jwt',
    name: 'JSON web token',
    severity: 'medium',
    near: ['eyJ'],
    pattern: /\b(eyJ[\w-]{10,400}\.eyJ[\w-]{10,2000}\.[\w-]{20,800})/g,
    accept: realJwt,
  },
  {
    rule: 'secret-npm-token',
    name: 'npm token',
    severity: 'critical',
    near: ['npm_'],
    pattern: /\b(npm_[A-Za-z0-9]{36})\b/g,
    accept: random,
  },
  {
    rule: 'secret-pypi-token',
    name: 'PyPI token',
    severity: 'critical',
    near: ['pypi-AgE'],
    pattern: /\b(pypi-AgEIcHlwaS5vcmc[\w-]{50,300})/g,
  },
  {
    rule: 'secret-sendgrid-key',
    name: 'SendGrid key',
    severity: 'critical',
    near: ['SG.'],
    pattern: /\b(SG\.[\w-]{22}\.[\w-]{43})(?![\w-])/g,
    accept: random,
  },
  {
    rule: 'secret-telegram-token',
    name: 'Telegram bot token',
    severity: 'high',
    near: [':AA'],
    pattern: /\b(\d{8,10}:AA[\w-]{33})(?![\w-])/g,
    accept: random,
  },
  {
    rule: 'secret-digitalocean-token',
    name: 'DigitalOcean token',
    severity: 'critical',
    near: ['do'],
    pattern: /\b(do[opr]_v1_[a-f0-9]{64})\b/g,
    accept: random,
  },
  {
    rule: 'secret-huggingface-token',
    name: 'Hugging Face token',
    severity: 'high',
    near: ['hf_'],
    pattern: /\b(hf_[A-Za-z]{34})\b/g,
    accept: random,
  },
  {
    rule: 'secret-azure-storage-key',
    name: 'Azure storage key',
    severity: 'critical',
    near: ['AccountKey='],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/g,
    accept: (secret) => random(secret) && !secret.startsWith('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1'),
    shown: 2,
  },
  {
    rule: 'secret-shopify-token',
    name: 'Shopify token',
    severity: 'critical',
    near: ['shp'],
    pattern: /\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b/g,
    accept: random,
  },
  {
    rule: 'secret-vault-token',
    name: 'HashiCorp Vault token',
    severity: 'critical',
    near: ['hvs.'],
    pattern: /\b(hvs\.[\w-]{24,200})/g,
    accept: random,
  },
  {
    rule: 'secret-in-url',
    name: 'Password in an address',
    severity: 'high',
    near: ['://'],
    pattern:
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`<>(){}[\]\\,;]{1,60}:([^\s:@/'"`<>()[\]\\,;|]{3,100})@[\w.-]{1,100}/gi,
    accept: realUrlPassword,
    shown: 0,
  },
];

const assigned =
  /(?<![\w-])([\w.-]{0,30}(?:password|passwd|secret|api[_-]?key|apikey|access[_-]?key|auth[_-]?token|access[_-]?token|client[_-]?secret|private[_-]?token|secret[_-]?key)[\w]{0,20})["']?[ \t]{0,10}(?::=|=>|=|:)[ \t]{0,10}["']([A-Za-z0-9+/=_.!@#$%^&*~-]{16,120})["']/gi;

/**
 * A random-looking literal given to a name such as `api_key`. Words, paths, dotted names and placeholders do not count.
 */
export const assignmentRule: SecretRule = {
  rule: 'secret-assignment',
  name: 'Random-looking value given to a secret-like name',
  severity: 'medium',
  near: ['assw', 'ecret', 'ECRET', 'ASSW', 'key', 'Key', 'KEY', 'token', 'Token', 'TOKEN'],
  pattern: assigned,
  accept: (_, whole) => {
    const value = /["']([^"']+)["']$/.exec(whole)?.[1] ?? '';
    const digits = value.replace(/\D/g, '').length;
    const hex = /^[0-9a-f]+$/i.test(value);
    if (notReal.test(value) || digits < 3 || !/[a-z]/i.test(value)) return false;
    if (/^(?:sha\d{1,3}-|https?:|\/|\.|\$|%|arn:|projects\/)/.test(value) || /^[\w-]+(?:\.[\w-]+)+$/.test(value))
      return false;
    if (/^[a-z]+(?:[-_ ][a-z0-9]+){2,}$/i.test(value) && !/\d[a-z]+\d/i.test(value)) return false;
    return hex ? value.length >= 20 && entropy(value) >= 3 : entropy(value) >= 3.8;
  },
  shown: 2,
};
