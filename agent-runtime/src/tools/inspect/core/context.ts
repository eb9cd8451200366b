import { FactoryError, type Aspect } from '@agent-factory/contract';
import { statSync } from 'node:fs';
import { Budget } from './budget';
import { parseStaged, toEntry, type FileEntry } from './fileIndex';
import { git, type GitOutput } from './git';
import type { InspectLimits } from './limits';
import { Reader } from './reader';
import { SectionBuilder } from './section';
import { bytes, count } from './text';

/** What every aspect works with. */
export interface Context {
  root: string;
  limits: InspectLimits;
  budget: Budget;
  /** Tracked paths, in Git's order, at most `limits.maxFiles`. */
  files: readonly FileEntry[];
  /** The same, by path. */
  byPath: ReadonlyMap<string, FileEntry>;
  reader: Reader;
  section: SectionBuilder;
  /** Whether there is a commit. */
  hasCommits: boolean;
  git(args: readonly string[], maxBytes?: number): Promise<GitOutput>;
}

/** Reads the index of the checkout. Throws TOOL_FAILED when `root` is not the top of one. */
export async function openContext(
  aspect: Aspect,
  title: string,
  root: string,
  limits: InspectLimits,
  signal: AbortSignal | undefined,
): Promise<Context> {
  if (!isFolder(root)) throw new FactoryError('TOOL_FAILED', 'the path is not a folder');
  const budget = new Budget(limits.timeMs, signal);
  const run = (args: readonly string[], maxBytes?: number): Promise<GitOutput> =>
    git(root, args, {
      timeoutMs: Math.min(limits.gitMs, budget.left),
      signal,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
  const listing = await run(['ls-files', '-s', '-z'], 256 * 1024 * 1024);
  if (!listing.ok && listing.complete)
    throw new FactoryError('TOOL_FAILED', `not the top of a Git checkout: ${listing.stderr.slice(0, 200).trim()}`);
  const section = new SectionBuilder(aspect, title);
  if (!listing.complete) section.note('The list of files was cut by time or size.');
  const { staged, total } = parseStaged(listing.stdout, limits.maxFiles);
  if (total > staged.length) section.note(`Only the first ${count(staged.length, 'file')} of ${total} were examined.`);
  const files: FileEntry[] = [];
  for (const one of staged) {
    files.push(toEntry(root, one));
    if (files.length % 512 === 0) await budget.breathe();
  }
  const head = await run(['rev-parse', '--verify', '--quiet', 'HEAD']);
  return {
    root,
    limits,
    budget,
    files,
    byPath: new Map(files.map((file) => [file.path, file])),
    reader: new Reader(root, limits.maxFileBytes),
    section,
    hasCommits: head.ok,
    git: run,
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Calls `visit` with the text of each file until the time is spent, and notes what was skipped. The files come in the order given.
 */
export async function eachText(
  context: Context,
  files: readonly FileEntry[],
  visit: (file: FileEntry, text: string) => void,
): Promise<void> {
  let done = 0;
  for (const file of files) {
    if (context.budget.spent) break;
    const text = context.reader.text(file);
    if (text !== undefined) visit(file, text);
    done += 1;
    await context.budget.breathe();
  }
  if (done < files.length)
    context.section.note(
      `The time of ${context.budget.timeMs / 1000} s was spent: ${count(files.length - done, 'file')} of ${files.length} were not read.`,
    );
}

/** Notes the files that were too large or missing; called once, at the end. */
export function noteSkipped(context: Context): void {
  const reasons = [...context.reader.skipped.values()];
  const large = reasons.filter((why) => why === 'large').length;
  const missing = reasons.filter((why) => why === 'missing').length;
  const limit = bytes(context.limits.maxFileBytes);
  if (large > 0) context.section.note(`${count(large, 'text file')} larger than ${limit} not searched.`);
  if (missing > 0) context.section.note(`${count(missing, 'tracked file')} not in the working tree or not readable.`);
}

/** Regular files that people of the project wrote: not vendored, not generated, in the working tree. */
export function ownFiles(context: Context): FileEntry[] {
  return context.files.filter((file) => file.kind === 'file' && !file.missing && !file.vendored && !file.generated);
}
