import { lstatSync, readlinkSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { join, posix } from 'node:path';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { isPractice } from './scanSecrets';

/** Where a link of the repository leads: out of it, to a path that is not there, round in circles, or to what need not be told. */
type End = { kind: 'outside' } | { kind: 'missing'; path: string } | { kind: 'loop' } | { kind: 'fine' };

/** As many links as the kernel follows for one path. */
const maxHops = 40;
/** Parts of a path that are looked at for one link; what needs more is let be. */
const maxSteps = 2_000;
const maxChecked = 500;

/** Tells of symbolic links that lead out of the repository or nowhere. Only what Git tracks is looked at: no link is followed on the disk. */
export async function reportTreeLinks(context: Context): Promise<void> {
  const targets = new Map<string, string>();
  for (const file of context.files) {
    const target = file.kind === 'link' ? targetOf(context, file) : undefined;
    if (target !== undefined) targets.set(file.path, target);
  }
  if (targets.size === 0) return;
  const folders = foldersOf(context.files);
  const dangling: { file: FileEntry; end: Exclude<End, { kind: 'outside' | 'fine' }> }[] = [];
  for (const file of context.files) {
    const target = targets.get(file.path);
    if (target === undefined) continue;
    await context.budget.breathe();
    if (context.budget.spent) {
      context.section.note('The time was spent before every symbolic link was followed.');
      break;
    }
    const end = follow(file.dir, target, targets, folders, context);
    if (end.kind === 'outside') reportOutside(context, file, target);
    else if (end.kind !== 'fine') dangling.push({ file, end });
  }
  const ignored = await ignoredPaths(
    context,
    dangling.flatMap(({ end }) => (end.kind === 'missing' ? [end.path] : [])),
  );
  for (const { file, end } of dangling)
    if (end.kind === 'loop' || !ignored.has(end.path))
      context.section.finding({
        rule: 'link-dangling',
        severity: isPractice(file) ? 'info' : 'low',
        title: end.kind === 'loop' ? 'A symbolic link leads round in circles' : 'A symbolic link leads nowhere',
        path: file.path,
        detail: `It points to ${targets.get(file.path) ?? ''}.${end.kind === 'missing' ? ` There is no ${end.path}.` : ''}`,
        advice: 'Mend the link or remove it: programs that read the folder fail on it.',
      });
}

/** Text of a link; undefined when it was checked out as a plain file, or not at all. */
function targetOf(context: Context, file: FileEntry): string | undefined {
  try {
    const path = file.raw ? Buffer.concat([Buffer.from(`${context.root}/`), file.raw]) : join(context.root, file.path);
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function foldersOf(files: readonly FileEntry[]): ReadonlySet<string> {
  const folders = new Set(['']);
  for (const { dir } of files)
    for (let at = dir; !folders.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) folders.add(at);
  return folders;
}

/** Follows a target from a folder as the kernel would, part by part, over the links that Git tracks. */
function follow(
  from: string,
  target: string,
  targets: ReadonlyMap<string, string>,
  folders: ReadonlySet<string>,
  context: Context,
): End {
  if (posix.isAbsolute(target)) return { kind: 'outside' };
  let at = from;
  let hops = 0;
  const parts = partsOf(target);
  for (let steps = 0; parts.length > 0 && steps < maxSteps; steps += 1) {
    const part = parts.pop() ?? '';
    if (part === '..') {
      if (at === '') return { kind: 'outside' };
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = at === '' ? part : `${at}/${part}`;
    const link = targets.get(next);
    if (link !== undefined) {
      hops += 1;
      if (hops > maxHops) return { kind: 'loop' };
      if (posix.isAbsolute(link)) return { kind: 'outside' };
      parts.push(...partsOf(link));
      continue;
    }
    const entry = context.byPath.get(next);
    if (entry !== undefined && entry.kind !== 'file') return { kind: 'fine' }; // a submodule, or a link that was not checked out
    if (entry !== undefined ? parts.length > 0 : !folders.has(next) && !isOnDisk(context, next))
      return { kind: 'missing', path: posix.normalize([next, ...parts.toReversed()].join('/')) };
    at = next;
  }
  return { kind: 'fine' };
}

/** The parts of a path, the first one last. */
function partsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .toReversed();
}

/** Of a very large repository not every file is known. */
function isOnDisk({ root }: Context, path: string): boolean {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // a part of the path is a file, or the name is too long
  }
}

function reportOutside(context: Context, file: FileEntry, target: string): void {
  context.section.finding({
    rule: 'link-leaves-repository',
    severity: file.test ? 'low' : 'medium',
    title: 'A symbolic link leads out of the repository',
    path: file.path,
    detail: `It points to ${target}. A program that follows it reads or writes what the author of the link chose.`,
    advice: 'Link inside the repository, or copy the file.',
  });
}

/** What Git is told to ignore is made by a build: a link to it is none that leads nowhere. */
async function ignoredPaths(context: Context, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = [...new Set(paths)].filter((path) => !/[\n\0"\\]|^\.\.(?:\/|$)/.test(path)).slice(0, maxChecked);
  if (asked.length === 0) return new Set();
  // Of what is not there Git cannot know whether it will be a folder, and some patterns are for folders only.
  const both = asked.flatMap((path) => [path, `${path}/`]);
  const output = await context.git(['check-ignore', '--no-index', '--', ...both], 1024 * 1024);
  return new Set(
    output.stdout
      .toString('utf8')
      .split('\n')
      .map((path) => path.replace(/\/$/, '')),
  );
}
