import type { FileEntry } from '../core/fileIndex';
import { maskComments } from '../core/mask';
import { literalSecret, report, type Report } from './report';

/** Examines one Terraform file, line by line; what a variable holds is not known. */
export function checkTerraform(to: Report, file: FileEntry, source: string): void {
  const code = maskComments(maskComments(source, 'hash'), 'c');
  const resources = code.match(/^[ \t]*resource[ \t]+"/gm)?.length ?? 0;
  to.files.push({ kind: 'Terraform', file, what: `${resources} resource${resources === 1 ? '' : 's'}` });
  let block = '';
  code.split('\n').forEach((line, index) => {
    const text = line.slice(0, 1_000);
    const opened = /^[ \t]*(?:resource[ \t]+"(\w+)"|(ingress|egress|dynamic)\b)/.exec(text);
    if (opened) block = opened[1] ?? opened[2] ?? '';
    if (/^[ \t]*type[ \t]*=[ \t]*"egress"/.test(text)) block = 'egress';
    const open =
      /^[ \t]*(?:cidr_blocks|cidr_ipv4|source_ranges|source_address_prefix)[ \t]*=.*(?:"0\.0\.0\.0\/0"|"\*")/.test(
        text,
      );
    if (open && block !== 'egress' && !/egress/.test(block))
      report(
        to,
        file,
        index + 1,
        'terraform-open-to-all',
        'medium',
        'Open to every address',
        text.trim(),
        'Name the networks that need it, unless it is a public service.',
      );
    if (/^[ \t]*publicly_accessible[ \t]*=[ \t]*true\b/.test(text))
      report(
        to,
        file,
        index + 1,
        'terraform-public-database',
        'high',
        'A database that the internet can reach',
        text.trim(),
        'Set publicly_accessible = false.',
      );
    if (/^[ \t]*acl[ \t]*=[ \t]*"public-read(?:-write)?"/.test(text))
      report(
        to,
        file,
        index + 1,
        'terraform-public-bucket',
        'medium',
        'A bucket that everyone can read',
        text.trim(),
        'Make it private, unless it serves a public site.',
      );
    const pair = /^[ \t]*(\w+)[ \t]*=[ \t]*"([^"]*)"[ \t]*$/.exec(text);
    if (pair?.[1] && literalSecret(pair[1], pair[2] ?? ''))
      report(
        to,
        file,
        index + 1,
        'terraform-literal-secret',
        'high',
        `${pair[1]} has a literal value`,
        'The value is not shown here.',
        'Take it from a secret store or a sensitive variable.',
      );
  });
}
