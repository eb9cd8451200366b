import { isDockerfile } from '../core/classify';
import type { FileEntry } from '../core/fileIndex';
import { interpreter } from '../core/languages';
import { commentStyle, maskComments } from '../core/mask';
import { otherRisks } from './otherRisks';
import type { RiskRule } from './riskRule';
import { scriptRisks } from './scriptRisks';

const riskRules = [...scriptRisks, ...otherRisks];

export interface RiskHit {
  rule: RiskRule;
  line: number;
}

const maxLine = 1_000;
const maxPerFile = 200;

/** The extension whose rules a file falls under: its own, or that of its name or first line. */
function effectiveExt(file: FileEntry, text: string): string {
  if (isDockerfile(file.name)) return 'dockerfile';
  if (/^(?:gnu)?makefile$/i.test(file.name)) return 'mk';
  if (file.ext !== '') return file.ext;
  const program = interpreter(text) ?? '';
  if (/^(?:ba|z|k|da)?sh$/.test(program)) return 'sh';
  if (program.startsWith('python')) return 'py';
  if (program === 'node') return 'js';
  return program === 'ruby' ? 'rb' : '';
}

/** Every line of code that a rule of its language matches. Comments do not count; very long lines are not tried. */
export function scanRisks(file: FileEntry, text: string): RiskHit[] {
  const ext = effectiveExt(file, text);
  const rules = riskRules.filter(
    (rule) => rule.exts.has(ext) && (rule.needs === undefined || text.includes(rule.needs)),
  );
  if (rules.length === 0) return [];
  const code = maskComments(text, ext === 'dockerfile' || ext === 'mk' ? 'hash' : commentStyle(ext));
  const live = rules.filter((rule) => mayMatch(rule, code));
  if (live.length === 0) return [];
  const hits: RiskHit[] = [];
  let number = 0;
  for (const line of code.split('\n')) {
    number += 1;
    if (line.length > maxLine || line.trim() === '') continue;
    if (hits.length >= maxPerFile) break;
    for (const rule of live) if (matches(rule, line, rule.exts.has('sh'))) hits.push({ rule, line: number });
  }
  return hits;
}

/** Whether a line matches outside its strings; in a shell, what stands in quotes is run all the same. */
function matches(rule: RiskRule, line: string, shell: boolean): boolean {
  const found = rule.pattern.exec(line);
  if (!found || (rule.unless?.test(line) ?? false)) return false;
  return shell || !insideString(line, found.index);
}

function insideString(line: string, index: number): boolean {
  let quote = '';
  for (let at = 0; at < index; at += 1) {
    const c = line.charAt(at);
    if (c === '\\') at += 1;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'" || c === '`') quote = c;
  }
  return quote !== '';
}

/** Cheap first look: whether a word of the pattern stands anywhere in the file. */
function mayMatch(rule: RiskRule, code: string): boolean {
  const words = keywords[rule.rule];
  return words === undefined || words.some((word) => code.includes(word));
}

const keywords: Record<string, string[]> = {
  'python-eval': ['eval(', 'exec('],
  'python-shell-true': ['shell'],
  'python-os-system': ['os.'],
  'python-pickle-load': ['ickle', 'dill', 'marshal'],
  'python-yaml-load': ['yaml.'],
  'python-weak-hash': ['hashlib'],
  'python-mktemp': ['mktemp'],
  'python-sql-built': ['.execute'],
  'python-flask-debug': ['app.run'],
  'js-eval': ['eval(', 'new Function'],
  'js-inner-html': ['innerHTML', 'outerHTML'],
  'js-dangerous-html': ['dangerouslySet', 'v-html', '@html', 'document.write'],
  'js-tls-off': ['rejectUnauthorized', 'NODE_TLS'],
  'js-weak-hash': ['createHash'],
  'go-tls-off': ['InsecureSkipVerify'],
  'go-shell-command': ['exec.Command'],
  'go-weak-hash': ['md5.', 'sha1.'],
  'java-weak-hash': ['MessageDigest'],
  'java-runtime-exec': ['getRuntime'],
  'java-deserialise': ['ObjectInputStream'],
  'ruby-eval': ['eval'],
  'ruby-tls-off': ['VERIFY_NONE'],
  'c-gets': ['gets('],
  'rust-tls-off': ['danger_accept'],
  'shell-pipe-to-shell': ['curl', 'wget'],
  'shell-chmod-777': ['chmod'],
  'shell-tls-off': ['curl', 'wget', 'sslVerify', 'StrictHost', 'strict-ssl'],
};
