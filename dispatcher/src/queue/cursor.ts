import { FactoryError } from '@agent-factory/contract';

const pattern = /^1:([0-9a-hjkmnp-tv-z]{26})$/;

/** Where a list goes on: after the task of this ULID, whatever its type. Opaque to clients. */
export function writeCursor(ulid: string): string {
  return Buffer.from(`1:${ulid}`).toString('base64url');
}

/** The ULID, or '' without a cursor. Throws CURSOR_INVALID. */
export function readCursor(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const ulid = pattern.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (ulid === undefined) throw new FactoryError('CURSOR_INVALID', 'the cursor is not one that a list answered');
  return ulid;
}
