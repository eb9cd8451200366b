import type { Resource } from './rule';
import { at, items, text } from './value';

const ending = /I(?:AM|am)(Member|Binding|Policy)$/;

/** Whether a type gives rights in Google Cloud. */
export function grantTypes(type: string): boolean {
  return grantKind(type) !== undefined;
}

/** Member adds one grant; Binding and Policy replace all that others gave. */
export function grantKind(type: string): string | undefined {
  return type.startsWith('gcp:') ? ending.exec(type)?.[1] : undefined;
}

/** Whom a grant names, with the path. */
export function membersOf({ props }: Resource): { path: string; member: string }[] {
  return [
    { path: 'member', member: text(at(props, 'member')) },
    ...items(at(props, 'members')).map((member, index) => ({ path: `members[${index}]`, member: text(member) })),
  ].filter(({ member }) => member !== '');
}
