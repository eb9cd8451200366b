/** Text of anything thrown. Looks at the shape and not the class, which differs between realms. */
export function messageOf(error: unknown): string {
  return textField(error, 'message') ?? String(error);
}

/** A text that a thrown thing carries, such as `code` of an error of the system or `stderr` of one of a program. */
export function textField(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
