import { createHash } from 'node:crypto';

/**
 * The implicit crew of a submitter. Its dot keeps it apart from every crew that a task can name; a name that had to be
 * changed to fit carries a hash, so that two submitters never share one. At most 63 characters, fit for a Kubernetes label.
 */
export function implicitCrew(subject: string): string {
  const plain = subject.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  if (plain === subject && subject.length <= 50) return `own.${subject}`;
  const hash = createHash('sha256').update(subject).digest('hex').slice(0, 8);
  return `own.${plain.slice(0, 40)}-${hash}`;
}
