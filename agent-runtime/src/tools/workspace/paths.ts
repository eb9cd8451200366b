import { posix, sep } from 'node:path';
import { FactoryError } from '@agent-factory/contract';

/** A refusal in the words of the catalogue. */
export function refused(detail: string): FactoryError {
  return new FactoryError('TOOL_REFUSED', detail);
}

/** A failure that is an answer about the call, not about the system. */
export function toolFailed(detail: string, cause?: unknown): FactoryError {
  return new FactoryError('TOOL_FAILED', detail, { cause });
}

/**
 * The path below the workspace in its shortest form, `` for the workspace itself. Purely by its text:
 * throws TOOL_REFUSED for an absolute path, a NUL byte, and one whose `..` leave the workspace.
 */
export function relativePath(path: string): string {
  if (path.includes('\0')) throw refused('the path holds a NUL byte');
  if (posix.isAbsolute(path)) throw refused(`${path}: give a path relative to the workspace`);
  const normal = posix.normalize(path).replace(/\/$/, '');
  if (normal === '..' || normal.startsWith('../')) throw refused(`${path}: leaves the workspace`);
  return normal === '.' ? '' : normal;
}

/** Whether an absolute path, links resolved, is the root or below it. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
