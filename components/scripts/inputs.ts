/** The script's one argument. Throws when it is missing. */
export function argument(name: string): string {
  const value = process.argv[2];
  if (value === undefined) throw new Error(`the script's argument is missing: ${name}`);
  return value;
}

/** An environment variable. Throws when it is missing or empty. */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is missing`);
  return value;
}
