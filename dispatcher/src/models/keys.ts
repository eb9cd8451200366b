import { readFile } from 'node:fs/promises';
import { FactoryError, type ProviderConfig } from '@agent-factory/contract';

/** Where keys are read from; tests set their own environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

const longestKey = 16_384;

/** The key of a provider, or undefined when it is configured without one. Throws MODEL_FAILED, which never holds a key. */
export async function readKey(
  name: string,
  provider: ProviderConfig,
  environment: Environment,
): Promise<string | undefined> {
  if (provider.api_key_env === undefined && provider.api_key_file === undefined) return undefined;
  const key =
    provider.api_key_env === undefined
      ? await readKeyFile(name, provider.api_key_file ?? '')
      : environment[provider.api_key_env];
  const trimmed = key?.trim() ?? '';
  if (trimmed === '')
    throw unusable(
      name,
      provider.api_key_env === undefined
        ? 'its key file is empty'
        : `the environment variable ${provider.api_key_env} is not set`,
    );
  if (!/^[\x21-\x7e]+$/.test(trimmed) || trimmed.length > longestKey)
    throw unusable(name, 'its key is not one line of printable ASCII');
  return trimmed;
}

async function readKeyFile(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw unusable(name, 'its key file cannot be read');
  }
}

function unusable(name: string, why: string): FactoryError {
  return new FactoryError('MODEL_FAILED', `The provider ${name} cannot be called: ${why}`);
}
