import { looksGenerated } from '../core/classify';
import { eachText, type Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { commentStyle, maskComments } from '../core/mask';
import { count } from '../core/text';
import { scanPast } from '../security/pastSecrets';
import { unboundedC } from '../security/otherRisks';
import { scanRisks, type RiskHit } from '../security/scanRisks';
import { isPractice, scanSecrets, type SecretHit } from '../security/scanSecrets';
import { scanTree } from '../security/tree';
import { reportTreeLinks } from '../security/treeLinks';
import type { Severity } from '@agent-factory/contract';

const skippedExtensions = new Set(['lock', 'map', 'svg', 'po', 'pot', 'snap', 'ipynb', 'csv', 'tsv']);

/** Secrets, risky code, dangerous file modes and links. No secret goes into the section. */
export async function security(context: Context): Promise<void> {
  const { section } = context;
  const present = new Set<string>();
  const counted = { files: 0, secrets: 0, risks: 0, practiceRisks: 0, unboundedC: 0, unsafeRust: 0 };
  scanTree(context);
  await reportTreeLinks(context);
  const files = context.files.filter(
    (file) => file.kind === 'file' && !file.missing && !file.path.split('/').includes('node_modules'),
  );
  await eachText(context, files, (file, text) => {
    counted.files += 1;
    const own = !file.vendored && !file.generated && !skippedExtensions.has(file.ext) && !looksGenerated(text);
    const practice = isPractice(file);
    for (const hit of scanSecrets(text, own && !practice)) {
      present.add(hit.fingerprint);
      counted.secrets += 1;
      reportSecret(context, file, hit, practice || file.vendored);
    }
    if (!own) return;
    const risks = scanRisks(file, text);
    if (practice) counted.practiceRisks += risks.length;
    else for (const hit of risks) reportRisk(context, file, hit, text);
    if (practice) return;
    counted.risks += risks.length;
    if (['c', 'cc', 'cpp', 'cxx', 'h', 'hpp'].includes(file.ext))
      counted.unboundedC += maskComments(text, 'c').match(unboundedC)?.length ?? 0;
    if (file.ext === 'rs')
      counted.unsafeRust += maskComments(text, 'c').match(/\bunsafe\s*(?:\{|fn\b|impl\b)/g)?.length ?? 0;
    reportBidi(context, file, text);
  });
  await scanPast(context, present);
  section.fact('Text files searched', counted.files);
  section.fact('Secret-like values', counted.secrets);
  section.fact('Risky lines of code', counted.risks);
  if (counted.unboundedC > 0) section.fact('Calls of strcpy, strcat, sprintf and vsprintf', counted.unboundedC);
  if (counted.unsafeRust > 0) section.fact('unsafe blocks and functions in Rust', counted.unsafeRust);
  section.fact('Symbolic links', context.files.filter((file) => file.kind === 'link').length);
  if (counted.practiceRisks > 0)
    section.note(`${count(counted.practiceRisks, 'risky line')} in tests, examples and documents not listed.`);
  section.note(
    'Patterns find what looks risky; whether it can be reached from outside, a person must judge. Third-party code in the repository was searched for secrets only.',
  );
  section.summary(
    context.files.length === 0
      ? 'There is no file to search.'
      : `${count(counted.files, 'text file')} searched: ${count(counted.secrets, 'secret-like value')}, ${count(counted.risks, 'risky line')} of code, ${count(section.findingCount, 'finding')} in all.`,
  );
}

function reportSecret(context: Context, file: FileEntry, hit: SecretHit, practice: boolean): void {
  const where = practice
    ? 'It stands in a test, an example, a document or third-party code, so it may be made up. '
    : '';
  context.section.finding({
    rule: hit.rule.rule,
    severity: practice ? 'low' : hit.rule.severity,
    title: hit.rule.name,
    path: file.path,
    line: hit.line,
    detail: `${where}${hit.redacted === '' ? 'Nothing of it is shown here.' : `It begins with ${hit.redacted}`}`,
    advice: practice
      ? 'Make sure that it is not a real one.'
      : 'Take it as known to others: change it where it is used, then keep it in a secret store.',
  });
}

function reportRisk(context: Context, file: FileEntry, { rule, line }: RiskHit, text: string): void {
  const severity: Severity =
    /(?:^|\/)(?:scripts?|tools?|build|hack|contrib|\.github|ci)\//.test(file.path) && rule.severity === 'medium'
      ? 'low'
      : rule.severity;
  const code = rule.exts.has('sh') ? '' : withoutStrings(text.split('\n', line)[line - 1]?.trim() ?? '');
  context.section.finding({
    rule: rule.rule,
    severity,
    title: rule.title,
    path: file.path,
    line,
    detail:
      code === ''
        ? 'The line is not shown: a command can hold a password.'
        : `The line, without its strings: ${code.slice(0, 160)}`,
    advice: rule.advice,
  });
}

/** A string literal may hold a password that no rule knows. */
function withoutStrings(code: string): string {
  return code
    .slice(0, 1_000)
    .replace(
      /"(?:[^"\\]|\\.)+"?|'(?:[^'\\]|\\.)+'?|`(?:[^`\\]|\\.)+`?/g,
      (literal) => `${literal.charAt(0)}…${literal.charAt(0)}`,
    );
}

const bidi = new RegExp('[\\u202a-\\u202e\\u2066-\\u2069]');

function reportBidi(context: Context, file: FileEntry, text: string): void {
  if (commentStyle(file.ext) === 'none' || !bidi.test(text)) return;
  const line = text.slice(0, text.search(bidi)).split('\n').length;
  context.section.finding({
    rule: 'bidi-control-characters',
    severity: 'medium',
    title: 'Invisible characters that change the direction of text',
    path: file.path,
    line,
    detail: 'Code can read differently from what a compiler sees.',
    advice: 'Remove them, or write them as escapes.',
  });
}
