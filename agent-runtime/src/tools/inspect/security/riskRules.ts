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

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));
const py = set('py pyw');
const js = set('js mjs cjs jsx ts tsx mts cts vue svelte');
const go = set('go');
const java = set('java kt kts scala groovy');
const ruby = set('rb rake erb');
const php = set('php phtml');
const c = set('c cc cpp cxx h hpp');
const rust = set('rs');
const shell = set('sh bash zsh ksh dockerfile yml yaml mk');
const md5or1 = 'MD5 and SHA-1 no longer resist collisions: use SHA-256 where it protects something; for passwords use argon2, scrypt or bcrypt.';
const tls = 'Anyone on the way can read and change the traffic: verify certificates, and trust a private authority explicitly.';
const shellAdvice = 'Pass a list of arguments without a shell, or quote what comes from outside.';
const sqlAdvice = 'Use parameters of the driver; names of tables and columns only from a fixed list.';
const sqlWord = '(?:SELECT\\s|INSERT\\s+INTO\\s|UPDATE\\s+\\S+\\s+SET\\s|DELETE\\s+FROM\\s)';

export const riskRules: RiskRule[] = [
  { rule: 'python-eval', severity: 'medium', exts: py, pattern: /(?<![\w.])(?:eval|exec)\(\s*(?!["'][^"']*["']\s*[,)])[^)\s]/, unless: /\bdef (?:eval|exec)\(/, title: 'Code is made from data and run', advice: 'Parse the data (ast.literal_eval, json) or look it up in a table.' },
  { rule: 'python-shell-true', severity: 'medium', exts: py, pattern: /\bshell\s*=\s*True\b/, title: 'A program is run through a shell', advice: shellAdvice },
  { rule: 'python-os-system', severity: 'medium', exts: py, pattern: /\bos\.(?:system|popen)\(\s*(?:f["']|["'][^"']*["']\s*(?:%|\+|\.format)|[A-Za-z_])/, title: 'A command line is built and given to a shell', advice: shellAdvice },
  { rule: 'python-pickle-load', severity: 'medium', exts: py, pattern: /\b(?:c?[pP]ickle|dill|cloudpickle)\.loads?\(|\bpickle\.Unpickler\(|\bmarshal\.loads?\(/, title: 'Python objects are loaded from bytes that may run code', advice: 'Only load what this program wrote and nobody else could change; else use JSON.' },
  { rule: 'python-yaml-load', severity: 'medium', exts: py, pattern: /\byaml\.(?:load|load_all|unsafe_load)\(/, unless: /(?:Safe|CSafe|Base|CBase|Full)Loader|Loader\s*=/, title: 'YAML is loaded with a loader that can make any object', advice: 'Use yaml.safe_load.' },
  { rule: 'python-tls-off', severity: 'high', exts: py, pattern: /\bssl\._create_unverified_context\b|\bverify\s*=\s*False\b|\bcheck_hostname\s*=\s*False\b|\bverify_mode\s*=\s*ssl\.CERT_NONE\b|\bcert_reqs\s*=\s*["']?(?:ssl\.)?CERT_NONE/, unless: /\bdef \w|:\s*bool\s*=/, title: 'Certificates are not verified', advice: tls },
  { rule: 'python-weak-hash', severity: 'low', exts: py, pattern: /\bhashlib\.(?:md5|sha1)\(|\bhashlib\.new\(\s*["'](?:md5|sha1)["']/i, unless: /usedforsecurity\s*=\s*False/, title: 'MD5 or SHA-1', advice: md5or1 },
  { rule: 'python-mktemp', severity: 'low', exts: py, pattern: /\btempfile\.mktemp\(/, title: 'A temporary name that another process can take first', advice: 'Use tempfile.mkstemp or NamedTemporaryFile.' },
  { rule: 'python-sql-built', severity: 'medium', exts: py, pattern: new RegExp(`\\.execute(?:many|script)?\\(\\s*(?:f["']{1,3}\\s*${sqlWord}[^"']*\\{|["']${sqlWord}[^"']*["']\\s*(?:%(?!\\s*\\()|%\\s*\\(|\\+|\\.format\\())`, 'i'), title: 'SQL is built from strings', advice: sqlAdvice },
  { rule: 'python-flask-debug', severity: 'medium', exts: py, pattern: /\bapp\.run\([^)]*\bdebug\s*=\s*True/, title: 'The debugger of the web server is on: it runs any code', advice: 'Switch it on by environment only, never in production.' },
  { rule: 'js-eval', severity: 'medium', exts: js, pattern: /(?<![\w.$])eval\(\s*(?!["'`][^"'`$]*["'`]\s*\))[^)\s]|\bnew Function\(\s*[^)\s]/, title: 'Code is made from data and run', advice: 'Parse the data, or look the function up in a table.' },
  { rule: 'js-shell-command', severity: 'medium', exts: js, needs: 'child_process', pattern: /(?<![\w$])(?:(?:child_process|cp|childProcess)\.)?exec(?:Sync)?\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/, title: 'A command line is built and given to a shell', advice: 'Use execFile or spawn with a list of arguments.' },
  { rule: 'js-inner-html', severity: 'low', exts: js, pattern: /\.(?:innerHTML|outerHTML)\s*\+?=(?!=)\s*(?!\s|["'`]{2}|["'][^"']*["']\s*[;,)]?\s*$|`[^`$]*`\s*;?\s*$|$|null\b)/, title: 'HTML is set from a value', advice: 'Use textContent, or clean the HTML first.' },
  { rule: 'js-dangerous-html', severity: 'low', exts: js, pattern: /\bdangerouslySetInnerHTML\s*=\s*\{|\bv-html\s*=|\{@html\s|\bdocument\.write(?:ln)?\(\s*[^"'`)\s]/, title: 'HTML is set from a value', advice: 'Clean the HTML first, or render text.' },
  { rule: 'js-tls-off', severity: 'high', exts: js, pattern: /\brejectUnauthorized\s*:\s*false\b|\bNODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*[=:]\s*["']?0/, title: 'Certificates are not verified', advice: tls },
  { rule: 'js-weak-hash', severity: 'low', exts: js, pattern: /\bcreateHash\(\s*["'`](?:md5|sha1)["'`]/i, title: 'MD5 or SHA-1', advice: md5or1 },
  { rule: 'js-sql-built', severity: 'medium', exts: js, pattern: new RegExp(`\\.(?:query|execute|raw)\\(\\s*(?:\`\\s*${sqlWord}[^\`]*\\$\\{|["']${sqlWord}[^"']*["']\\s*\\+)`, 'i'), title: 'SQL is built from strings', advice: sqlAdvice },
  { rule: 'go-tls-off', severity: 'high', exts: go, pattern: /\bInsecureSkipVerify\s*[:=]=?\s*true\b/, title: 'Certificates are not verified', advice: tls },
  { rule: 'go-shell-command', severity: 'medium', exts: go, pattern: /\bexec\.Command(?:Context)?\((?:ctx,\s*)?"(?:\/bin\/)?(?:ba)?sh",\s*"-c",\s*(?:[a-zA-Z_]|"[^"]*"\s*\+)/, title: 'A command line is built and given to a shell', advice: shellAdvice },
  { rule: 'go-weak-hash', severity: 'low', exts: go, pattern: /\b(?:md5|sha1)\.(?:New|Sum)\(/, title: 'MD5 or SHA-1', advice: md5or1 },
  { rule: 'go-sql-built', severity: 'medium', exts: go, pattern: new RegExp(`\\.(?:Query|QueryRow|Exec)(?:Context)?\\((?:ctx,\\s*)?(?:fmt\\.Sprintf\\(\\s*)["\`]${sqlWord}[^"\`]*%[sv]`, 'i'), title: 'SQL is built from strings', advice: sqlAdvice },
  { rule: 'java-weak-hash', severity: 'low', exts: java, pattern: /\bMessageDigest\.getInstance\(\s*"(?:MD5|SHA-?1)"/i, title: 'MD5 or SHA-1', advice: md5or1 },
  { rule: 'java-runtime-exec', severity: 'medium', exts: java, pattern: /\bRuntime\.getRuntime\(\)\.exec\(\s*(?:"[^"]*"\s*\+|String\.format)/, title: 'A command line is built from strings', advice: 'Use ProcessBuilder with a list of arguments.' },
  { rule: 'java-deserialise', severity: 'low', exts: java, pattern: /\bnew ObjectInputStream\(/, title: 'Java objects are read from bytes that may run code', advice: 'Set an ObjectInputFilter, or use a data format.' },
  { rule: 'java-tls-off', severity: 'high', exts: java, pattern: /\bNoopHostnameVerifier\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b|\bInsecureTrustManagerFactory\.INSTANCE\b/, unless: /^\s*import\b/, title: 'Certificates or host names are not verified', advice: tls },
  { rule: 'java-sql-built', severity: 'medium', exts: java, pattern: new RegExp(`\\.(?:executeQuery|executeUpdate|execute|createQuery|createNativeQuery)\\(\\s*"${sqlWord}[^"]*"\\s*\\+`, 'i'), title: 'SQL is built from strings', advice: sqlAdvice },
  { rule: 'ruby-eval', severity: 'medium', exts: ruby, pattern: /(?<![\w.:])eval[ (]\s*(?!["'][^"'#]*["'])[a-zA-Z_"]/, unless: /\bdef eval/, title: 'Code is made from data and run', advice: 'Look the behaviour up in a table.' },
  { rule: 'ruby-shell-command', severity: 'medium', exts: ruby, pattern: /(?<![\w.])(?:system|exec|spawn)[ (]\s*"[^"]*#\{|=\s*`[^`]*#\{|%x[({[][^)}\]]*#\{/, title: 'A command line is built and given to a shell', advice: shellAdvice },
  { rule: 'ruby-unsafe-load', severity: 'medium', exts: ruby, pattern: /\bMarshal\.(?:load|restore)\(|\bYAML\.(?:unsafe_load|load)\(/, title: 'Objects are loaded from data that may run code', advice: 'Use YAML.safe_load or JSON.' },
  { rule: 'ruby-tls-off', severity: 'high', exts: ruby, pattern: /\bOpenSSL::SSL::VERIFY_NONE\b/, title: 'Certificates are not verified', advice: tls },
  { rule: 'php-eval', severity: 'medium', exts: php, pattern: /(?<![\w>:$])eval\(\s*[^"')\s]|\bcreate_function\(/, unless: /\bfunction eval\(/, title: 'Code is made from data and run', advice: 'Look the behaviour up in a table.' },
  { rule: 'php-request-use', severity: 'high', exts: php, pattern: /(?<![\w>:$])(?:include|require)(?:_once)?[ (]+[^;]*\$_(?:GET|POST|REQUEST|COOKIE)\b|(?<![\w>:$])(?:exec|shell_exec|system|passthru|popen|proc_open|unserialize|eval)\([^;)]*\$_(?:GET|POST|REQUEST|COOKIE)\b|(?<![\w$])echo\s+\$_(?:GET|POST|REQUEST|COOKIE)\b/, title: 'What a request carries is included, run or printed as it comes', advice: 'Check it against a list, escape it (htmlspecialchars, escapeshellarg).' },
  { rule: 'php-shell-command', severity: 'medium', exts: php, pattern: /(?<![\w>:$])(?:exec|shell_exec|system|passthru)\(\s*(?:["'][^"']*["']\s*\.\s*\$|"[^"]*\$\w)/, unless: /escapeshellarg|escapeshellcmd|\bfunction (?:exec|system)/, title: 'A command line is built and given to a shell', advice: 'Use escapeshellarg, or proc_open with a list.' },
  { rule: 'php-unserialize', severity: 'low', exts: php, pattern: /(?<![\w>:$])unserialize\(\s*\$/, unless: /allowed_classes/, title: 'Objects are made from data', advice: 'Use json_decode, or set allowed_classes.' },
  { rule: 'php-tls-off', severity: 'high', exts: php, pattern: /\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\b\s*(?:,|=>)\s*(?:false|0)\b/i, title: 'Certificates are not verified', advice: tls },
  { rule: 'php-weak-password-hash', severity: 'medium', exts: php, pattern: /(?<![\w>:$])(?:md5|sha1)\(\s*\$\w*pass/i, title: 'A password is hashed with MD5 or SHA-1', advice: 'Use password_hash.' },
  { rule: 'php-sql-built', severity: 'medium', exts: php, pattern: new RegExp(`(?:mysqli?_query|->query|->exec)\\([^;]{0,200}["']\\s*${sqlWord}[^;]{0,300}(?:["']\\s*\\.\\s*\\$|\\$_(?:GET|POST|REQUEST))`, 'i'), title: 'SQL is built from strings', advice: sqlAdvice },
  { rule: 'c-gets', severity: 'high', exts: c, pattern: /(?<![\w.>:])gets\(\s*[a-zA-Z_]/, unless: /\bchar\s*\*\s*gets\(/, title: 'gets() writes past the end of its buffer', advice: 'Use fgets.' },
  { rule: 'c-system', severity: 'low', exts: c, pattern: /(?<![\w.>:])(?:system|popen)\(\s*[a-zA-Z_&]/, unless: /\b(?:int|FILE|void|char|const|static|extern)\b[ *\w]*(?:system|popen)\(/, title: 'A command line that is not fixed is given to a shell', advice: 'Use execve with a list of arguments.' },
  { rule: 'c-tmpnam', severity: 'low', exts: c, pattern: /(?<![\w.>:])(?:tmpnam|mktemp|tempnam)\(\s*[a-zA-Z_"]/, unless: /\bchar\s*\*/, title: 'A temporary name that another process can take first', advice: 'Use mkstemp.' },
  { rule: 'rust-tls-off', severity: 'high', exts: rust, pattern: /\.danger_accept_invalid_(?:certs|hostnames)\(\s*true\s*\)/, title: 'Certificates are not verified', advice: tls },
  { rule: 'shell-pipe-to-shell', severity: 'medium', exts: shell, pattern: /(?:^|[\s;&|(`"'])(?:curl|wget)\s[^|]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\/bin\/)?(?:ba|z|da|k)?sh(?:\s|$|["')`;])|\b(?:ba|z|da)?sh\s+(?:-c\s+["']?\$\(|<\(\s*)(?:curl|wget)\s/, unless: /^\s*(?:echo|printf)\b|\$\((?:warning|info|error)\b/, title: 'A script from the network is run as it comes', advice: 'Download a fixed version, check its digest, then run it.' },
  { rule: 'shell-chmod-777', severity: 'medium', exts: shell, pattern: /\bchmod\s+(?:-\S+\s+)*(?:0?777|a\+rwx|ugo\+rwx|o\+w|a\+w)\b/, unless: /^\s*(?:echo|printf)\b|\$\((?:warning|info|error)\b/, title: 'Everyone may write', advice: 'Give the rights to the user or group that needs them.' },
  { rule: 'shell-tls-off', severity: 'medium', exts: shell, pattern: /\bcurl\s(?:[^|;&]*\s)?(?:-k|--insecure|-[a-zA-Z]{0,6}k[a-zA-Z]{0,6})(?=\s|$)|\bwget\s[^|;&]*--no-check-certificate\b|\bhttp\.sslVerify[ =]+false\b|\bStrictHostKeyChecking[ =]+no\b|\bnpm\s+config\s+set\s+strict-ssl\s+false\b/, unless: /^\s*(?:echo|printf)\b|\$\((?:warning|info|error)\b/, title: 'Certificates or host keys are not verified', advice: tls },
];

/** C functions that write without a bound; counted, since each needs a look at its callers. */
export const unboundedC = /(?<![\w.>:])(?:strcpy|strcat|sprintf|vsprintf)\(/g;
