import { advice, sqlWord, words, type RiskRule } from './riskRule';

const py = words('py pyw');
const js = words('js mjs cjs jsx ts tsx mts cts vue svelte');

/** Risky patterns of Python and JavaScript. */
export const scriptRisks: RiskRule[] = [
  {
    rule: 'python-eval',
    severity: 'medium',
    exts: py,
    pattern: /(?<![\w.])(?:eval|exec)\(\s*(?!["'][^"']*["']\s*[,)])[^)\s]/,
    unless: /\bdef (?:eval|exec)\(/,
    title: 'Code is made from data and run',
    advice: 'Parse the data (ast.literal_eval, json) or look it up in a table.',
  },
  {
    rule: 'python-shell-true',
    severity: 'medium',
    exts: py,
    pattern: /\bshell\s*=\s*True\b/,
    title: 'A program is run through a shell',
    advice: advice.shell,
  },
  {
    rule: 'python-os-system',
    severity: 'medium',
    exts: py,
    pattern: /\bos\.(?:system|popen)\(\s*(?:f["']|["'][^"']*["']\s*(?:%|\+|\.format)|[A-Za-z_])/,
    title: 'A command line is built and given to a shell',
    advice: advice.shell,
  },
  {
    rule: 'python-pickle-load',
    severity: 'medium',
    exts: py,
    pattern: /\b(?:c?[pP]ickle|dill|cloudpickle)\.loads?\(|\bpickle\.Unpickler\(|\bmarshal\.loads?\(/,
    title: 'Python objects are loaded from bytes that may run code',
    advice: 'Only load what this program wrote and nobody else could change; else use JSON.',
  },
  {
    rule: 'python-yaml-load',
    severity: 'medium',
    exts: py,
    pattern: /\byaml\.(?:load|load_all|unsafe_load)\(/,
    unless: /(?:Safe|CSafe|Base|CBase|Full)Loader|Loader\s*=/,
    title: 'YAML is loaded with a loader that can make any object',
    advice: 'Use yaml.safe_load.',
  },
  {
    rule: 'python-tls-off',
    severity: 'high',
    exts: py,
    pattern:
      /\bssl\._create_unverified_context\b|\bverify\s*=\s*False\b|\bcheck_hostname\s*=\s*False\b|\bverify_mode\s*=\s*ssl\.CERT_NONE\b|\bcert_reqs\s*=\s*["']?(?:ssl\.)?CERT_NONE/,
    unless: /\bdef \w|:\s*bool\s*=/,
    title: 'Certificates are not verified',
    advice: advice.tls,
  },
  {
    rule: 'python-weak-hash',
    severity: 'low',
    exts: py,
    pattern: /\bhashlib\.(?:md5|sha1)\(|\bhashlib\.new\(\s*["'](?:md5|sha1)["']/i,
    unless: /usedforsecurity\s*=\s*False/,
    title: 'MD5 or SHA-1',
    advice: advice.hash,
  },
  {
    rule: 'python-mktemp',
    severity: 'low',
    exts: py,
    pattern: /\btempfile\.mktemp\(/,
    title: 'A temporary name that another process can take first',
    advice: 'Use tempfile.mkstemp or NamedTemporaryFile.',
  },
  {
    rule: 'python-sql-built',
    severity: 'medium',
    exts: py,
    pattern: new RegExp(
      `\\.execute(?:many|script)?\\(\\s*(?:f["']{1,3}\\s*${sqlWord}[^"']*\\{|["']${sqlWord}[^"']*["']\\s*(?:%(?!\\s*\\()|%\\s*\\(|\\+|\\.format\\())`,
      'i',
    ),
    title: 'SQL is built from strings',
    advice: advice.sql,
  },
  {
    rule: 'python-flask-debug',
    severity: 'medium',
    exts: py,
    pattern: /\bapp\.run\([^)]*\bdebug\s*=\s*True/,
    title: 'The debugger of the web server is on: it runs any code',
    advice: 'Switch it on by environment only, never in production.',
  },
  {
    rule: 'js-eval',
    severity: 'medium',
    exts: js,
    pattern: /(?<![\w.$])eval\(\s*(?!["'`][^"'`$]*["'`]\s*\))[^)\s]|\bnew Function\(\s*[^)\s]/,
    title: 'Code is made from data and run',
    advice: 'Parse the data, or look the function up in a table.',
  },
  {
    rule: 'js-shell-command',
    severity: 'medium',
    exts: js,
    needs: 'child_process',
    pattern:
      /(?:(?<![\w$.])|\b(?:child_process|cp|childProcess)\.)exec(?:Sync)?\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/,
    title: 'A command line is built and given to a shell',
    advice: 'Use execFile or spawn with a list of arguments.',
  },
  {
    rule: 'js-inner-html',
    severity: 'low',
    exts: js,
    pattern:
      /\.(?:innerHTML|outerHTML)\s*\+?=(?!=)\s*(?!\s|["'`]{2}|["'][^"']*["']\s*[;,)]?\s*$|`[^`$]*`\s*;?\s*$|$|null\b)/,
    title: 'HTML is set from a value',
    advice: 'Use textContent, or clean the HTML first.',
  },
  {
    rule: 'js-dangerous-html',
    severity: 'low',
    exts: js,
    pattern: /\bdangerouslySetInnerHTML\s*=\s*\{|\bv-html\s*=|\{@html\s|\bdocument\.write(?:ln)?\(\s*[^"'`)\s]/,
    title: 'HTML is set from a value',
    advice: 'Clean the HTML first, or render text.',
  },
  {
    rule: 'js-tls-off',
    severity: 'high',
    exts: js,
    pattern:
      /\brejectUnauthorized\s*:\s*false\b|(?:\benv(?:\.|\[["'`]))?\bNODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*[=:]\s*["']?0/,
    title: 'Certificates are not verified',
    advice: advice.tls,
  },
  {
    rule: 'js-weak-hash',
    severity: 'low',
    exts: js,
    pattern: /\bcreateHash\(\s*["'`](?:md5|sha1)["'`]/i,
    title: 'MD5 or SHA-1',
    advice: advice.hash,
  },
  {
    rule: 'js-sql-built',
    severity: 'medium',
    exts: js,
    pattern: new RegExp(
      `\\.(?:query|execute|raw)\\(\\s*(?:\`\\s*${sqlWord}[^\`]*\\$\\{|["']${sqlWord}[^"']*["']\\s*\\+)`,
      'i',
    ),
    title: 'SQL is built from strings',
    advice: advice.sql,
  },
];
