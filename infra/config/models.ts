import { modelsConfigSchema } from '@agent-factory/contract';
import { z } from 'zod';

/** Folder of the model gateway in which the key of each provider is mounted. */
const modelKeyFolder = '/etc/dispatcher/model-keys';

const keyless = z.looseObject({
  kind: z.string(),
  api_key_env: z.never('is made by the stack: put the key into its secret instead').optional(),
  api_key_file: z.never('is made by the stack: put the key into its secret instead').optional(),
});

/**
 * The dispatcher's own `models` configuration, without keys: each provider but google-vertex (Workload Identity) gets a secret
 * of its name, mounted as a file. `keyless: true` marks a provider that takes none.
 */
export const modelsSchema = z
  .strictObject({
    providers: z.record(z.string(), keyless.extend({ keyless: z.boolean().default(false) })).default({}),
    models: z.record(z.string(), z.unknown()).default({}),
  })
  .prefault({})
  .transform(({ providers, models }, context) => {
    const keyed = Object.entries(providers)
      .filter(([, provider]) => !provider.keyless && provider.kind !== 'google-vertex')
      .map(([name]) => name);
    const parsed = modelsConfigSchema.safeParse({
      providers: Object.fromEntries(
        Object.entries(providers).map(([name, provider]) => [name, withKey(provider, keyed.includes(name), name)]),
      ),
      models,
    });
    if (!parsed.success) {
      for (const issue of parsed.error.issues)
        context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
      return z.NEVER;
    }
    return { gateway: parsed.data, secrets: keyed };
  });

/** A provider as the dispatcher takes it: with the file of its key, without what only the stack reads. */
function withKey(provider: Readonly<Record<string, unknown>>, keyed: boolean, name: string): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(provider).filter(([key]) => key !== 'keyless'));
  return keyed ? { ...own, api_key_file: `${modelKeyFolder}/${name}` } : own;
}
