import { maskComments } from '../core/mask';

/** Parses JSON with comments and trailing commas, as tsconfig.json may be; undefined when it is not. */
export function parseJsonc(source: string): unknown {
  try {
    return JSON.parse(maskComments(source, 'js').replace(/,(?=[ \t\n]{0,1000}[}\]])/g, ''));
  } catch {
    return undefined;
  }
}
