import { z } from 'zod';

const policySchema = z.looseObject({
  bindings: z
    .array(
      z.looseObject({ role: z.string(), members: z.array(z.string()).default([]), condition: z.unknown().optional() }),
    )
    .default([]),
});

/** Whether an IAM policy, as gcloud shows it, gives a role to a member without a condition. */
export function grants(policy: unknown, role: string, member: string): boolean {
  const parsed = policySchema.safeParse(policy);
  return (
    parsed.success &&
    parsed.data.bindings.some(
      (binding) => binding.role === role && binding.condition === undefined && binding.members.includes(member),
    )
  );
}

/** The text at a path of what gcloud showed; undefined when there is none. */
export function textAt(shown: unknown, ...path: readonly string[]): string | undefined {
  let value = shown;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined; // any object has string keys
  return typeof value === 'string' ? value : undefined;
}

/** Names of the services in a list of them, such as iam.googleapis.com. */
export function serviceNames(list: unknown): string[] {
  return Array.isArray(list) ? list.flatMap((entry: unknown) => textAt(entry, 'config', 'name') ?? []) : [];
}

/** The project's number, as gcloud shows the project; a placeholder while there is none. */
export function projectNumberOf(shown: unknown): string {
  return textAt(shown, 'projectNumber') ?? 'PROJECT_NUMBER';
}
